import pg from 'pg';
import type { Revision, TableVersions } from '../revision.ts';

/** How often another server's writes are looked for. Milliseconds. */
const pollInterval = 250;

/**
 * The revision of a PostgreSQL database: own writes count at once by `bump`, other servers' at the next look at the
 * server's snapshot (which any committed write changes). While the server cannot be asked every answer is a new one.
 */
export async function watchPostgresql(url: string): Promise<Revision> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // An idle connection that breaks is replaced at the next look; without a listener it would end the process.
  pool.on('error', () => undefined);
  let seen = await readSnapshot(pool);
  let versions = createVersions(0);
  const bump = () => {
    versions = createVersions((versions.get('any') ?? 0) + 1);
  };
  let looking: Promise<void> | undefined;
  const look = async () => {
    try {
      const now = await readSnapshot(pool);
      if (now !== seen) bump();
      seen = now;
    } catch {
      // Not knowing counts as a change; whoever needs the database meets the error itself.
      bump();
    } finally {
      looking = undefined;
    }
  };
  const timer = setInterval(() => {
    looking ??= look();
  }, pollInterval);
  timer.unref();
  return {
    current: () => versions,
    bump,
    close: async () => {
      clearInterval(timer);
      await looking;
      await pool.end();
    },
  };
}

/** What was written is not known by table: every write counts for all of them. */
function createVersions(number: number): TableVersions {
  return { get: () => number };
}

async function readSnapshot(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
  return rows[0]?.snapshot ?? '';
}

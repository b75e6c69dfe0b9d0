import pg from 'pg';
import type { Revision } from '../revision.ts';

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
  let own = 0;
  let seen = await readSnapshot(pool);
  let looking: Promise<void> | undefined;
  const look = async () => {
    try {
      seen = await readSnapshot(pool);
    } catch {
      // Not knowing counts as a change; whoever needs the database meets the error itself.
      own += 1;
    } finally {
      looking = undefined;
    }
  };
  const timer = setInterval(() => {
    looking ??= look();
  }, pollInterval);
  timer.unref();
  return {
    current: () => `${own}/${seen}`,
    bump: () => {
      own += 1;
    },
    close: async () => {
      clearInterval(timer);
      await looking;
      await pool.end();
    },
  };
}

async function readSnapshot(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
  return rows[0]?.snapshot ?? '';
}

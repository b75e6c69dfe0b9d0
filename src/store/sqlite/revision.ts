import Database from 'better-sqlite3';
import { z } from 'zod';
import type { Revision, TableVersions } from '../revision.ts';

const counts = z.array(z.tuple([z.string(), z.int()]));

/**
 * The revision of a SQLite file. `PRAGMA data_version` on a connection that never writes tells that any other connection
 * has committed, of this process or of others; only then the tables' counts are read.
 */
export function watchSqlite(file: string): Revision {
  const connection = new Database(file, { readonly: true });
  const dataVersion = connection.prepare('PRAGMA data_version').pluck();
  const readCounts = connection.prepare('SELECT name, number FROM write_counts').raw();
  let seen: unknown;
  let versions: TableVersions = new Map();
  return {
    current: () => {
      const now = dataVersion.get();
      if (now !== seen) versions = new Map(counts.parse(readCounts.all()));
      seen = now;
      return versions;
    },
    bump: () => undefined,
    close: async () => {
      connection.close();
    },
  };
}

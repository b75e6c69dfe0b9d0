import Database from 'better-sqlite3';
import type { Revision } from '../revision.ts';

/**
 * The revision of a SQLite file: `PRAGMA data_version` on a connection that never writes, so commits of every other
 * connection count, of this process and of others.
 */
export function watchSqlite(file: string): Revision {
  const connection = new Database(file, { readonly: true });
  const version = connection.prepare('PRAGMA data_version').pluck();
  return {
    current: () => String(version.get()),
    bump: () => undefined,
    close: async () => {
      connection.close();
    },
  };
}

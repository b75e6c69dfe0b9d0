import { existsSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { DatabaseError } from '../database-error.ts';
import { refuseOthers } from './contents.ts';
import { copySqlite } from './copy-sqlite.ts';

export interface BackupOptions {
  /** The store's SQLite file. */
  readonly database: string;
  /** Where the backup goes. */
  readonly file: string;
  /** Whether a file that is there is replaced. */
  readonly force: boolean;
}

/**
 * Writes a backup of a SQLite store, beside a server that goes on writing. The file is there as a whole or not at all.
 *
 * @throws {DatabaseError} DATABASE_MISSING, BACKUP_EXISTS, or what is wrong with the database
 * @returns its size in bytes.
 */
export async function backUpSqlite({ database, file, force }: BackupOptions): Promise<number> {
  if (!existsSync(database)) throw new DatabaseError('DATABASE_MISSING', `There is no database ${database}.`);
  refuseTarget({ database, file, force });
  const part = `${file}.${process.pid}.part`;
  const bytes = await copySqlite(database, part);
  try {
    refuseOthers(part, database);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  return bytes;
}

function refuseTarget({ database, file, force }: BackupOptions): void {
  if (!existsSync(file)) return;
  const refuse = (reason: string) => new DatabaseError('BACKUP_EXISTS', `${file} ${reason}.`);
  if (realpathSync(file) === realpathSync(database))
    throw refuse('is the database itself: name another file');
  if (!force) throw refuse('is there already: name another file, or replace it with --force');
}

import { chownSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { privateFolder } from '../../secrets/file-privacy.ts';
import { DatabaseError } from '../database-error.ts';
import { readOwnMigrations } from '../migrations.ts';
import { claimSqlite } from './claim.ts';
import { readContents, type Contents } from './contents.ts';
import { copySqlite } from './copy-sqlite.ts';

export interface RestoreOptions {
  /** The backup; it is only read. */
  readonly file: string;
  /** The store's SQLite file. */
  readonly database: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What was restored. */
export interface Restored extends Contents {
  readonly bytes: number;
  /** Where the former database is; absent where there was none. */
  readonly kept?: string;
}

/**
 * Puts a backup in the place of a SQLite store that nobody works on. What is there stays beside it under a new name; with
 * a fault of any kind everything stays as it is.
 *
 * @throws {DatabaseError | MigrationError} BACKUP_MISSING, DATABASE_IN_USE, DATABASE_DAMAGED, DATABASE_FOREIGN,
 *   MIGRATION_UNKNOWN, MIGRATION_CHANGED
 */
export async function restoreSqlite({ file, database, now }: RestoreOptions): Promise<Restored> {
  if (!existsSync(file)) throw new DatabaseError('BACKUP_MISSING', `There is no backup ${file}.`);
  mkdirSync(dirname(database), { recursive: true, mode: privateFolder });
  const release = claimSqlite(database);
  const fresh = `${database}.${process.pid}.part`;
  try {
    const bytes = await copySqlite(file, fresh);
    const contents = readContents(fresh, file, readOwnMigrations('sqlite'));
    giveToOwner(fresh, database);
    const kept = keepFormer(database, now);
    renameSync(fresh, database);
    return { ...contents, bytes, ...(kept !== undefined && { kept }) };
  } finally {
    rmSync(fresh, { force: true });
    release();
  }
}

/** Root restores for the user that the server runs as. */
function giveToOwner(fresh: string, database: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(existsSync(database) ? database : dirname(database));
  chownSync(fresh, uid, gid);
}

/** Gives the former database another name, and its log (which only a damaged one still has) the same. */
function keepFormer(database: string, now: number): string | undefined {
  if (!existsSync(database)) return undefined;
  const kept = `${database}.before-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const suffix of ['-wal', '-shm', '-journal', '']) {
    if (existsSync(database + suffix)) renameSync(database + suffix, kept + suffix);
  }
  return kept;
}

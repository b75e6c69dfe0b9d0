import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { privateFile } from '../../secrets/file-privacy.ts';
import { DatabaseError } from '../database-error.ts';
import { explainSqliteError } from './explain.ts';

/** As many pages as there are: what SQLite's backup takes in one step. */
const allPages = 0x7fff_ffff;

/** How long the lock of another process is waited for, milliseconds. */
const patience = 15_000;

const faults = z.array(z.string());

/**
 * Copies a SQLite file into a new one of mode 0600, as it is at one moment, whoever writes to it meanwhile: SQLite's
 * backup within one reading transaction. The copy is one file, without a log beside it, and was read through afterwards.
 *
 * @throws {DatabaseError} of the file, or DATABASE_DAMAGED when the copy does not hold together; none is left then.
 * @returns its size in bytes.
 */
export async function copySqlite(from: string, to: string): Promise<number> {
  closeSync(openSync(to, 'wx', privateFile));
  try {
    await copyPages(from, to);
    checkIntegrity(from, to);
    return statSync(to).size;
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(to + suffix, { force: true });
    throw explainSqliteError(from, error);
  }
}

async function copyPages(from: string, to: string): Promise<void> {
  const database = new Database(from, { readonly: true, fileMustExist: true, timeout: patience });
  try {
    // Without a transaction the copy would begin anew at each write of a server, and might never end.
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    await database.backup(to, { progress: () => allPages });
  } finally {
    database.close();
  }
}

function checkIntegrity(from: string, copy: string): void {
  const database = new Database(copy, { timeout: patience });
  try {
    database.pragma('journal_mode = DELETE');
    const found = faults.parse(database.prepare('PRAGMA integrity_check(3)').pluck().all());
    if (found.length === 1 && found[0] === 'ok') return;
    const message = `The database ${from} is damaged: ${found.join('; ')}.`;
    throw new DatabaseError('DATABASE_DAMAGED', message);
  } finally {
    database.close();
  }
}

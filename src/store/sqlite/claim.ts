import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DatabaseError, readErrorCode } from '../database-error.ts';
import { explainSqliteError } from './explain.ts';

/**
 * Takes a SQLite file for this process alone: whoever has it open (a server does all the time, offline too) holds a lock
 * that keeps its journal from being switched. Everything in its log is in the file afterwards. A damaged file serves
 * nobody, and needs no claim.
 *
 * @throws {DatabaseError} DATABASE_IN_USE
 * @returns what gives it back.
 */
export function claimSqlite(file: string): () => void {
  if (!existsSync(file)) return () => undefined;
  const database = new Database(file, { timeout: 1000 });
  try {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const code = readErrorCode(error);
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) throw refuseUse(file, error);
    if (!/^SQLITE_(NOTADB|CORRUPT)/.test(code)) throw explainSqliteError(file, error);
  }
  return () => void database.close();
}

function refuseUse(file: string, cause: unknown): DatabaseError {
  const message = `The database ${file} is in use: a server or a command works on it.\nStop it first; nothing was changed.`;
  return new DatabaseError('DATABASE_IN_USE', message, { cause });
}

import { statSync } from 'node:fs';
import { describeError, HubError } from '../../errors/hub-error.ts';
import { DatabaseError, readErrorCode, type Deed } from '../database-error.ts';

/** Says why a SQLite file cannot be opened (or used), and what to do about it. Errors that say so themselves stay as they are. */
export function explainSqliteError(file: string, error: unknown, deed: Deed = 'opened'): HubError {
  if (error instanceof HubError) return error;
  const { code, reason, advice } = judge(file, error);
  return new DatabaseError(code, `The database ${file} cannot be ${deed}: ${reason}.\n${advice}`, {
    cause: error,
  });
}

interface Judgement {
  readonly code: string;
  readonly reason: string;
  readonly advice: string;
}

const chooseFile =
  'Give DATABASE_URL or --database the path of a file that may be written: file:./data/template-hub.db';
const restore = 'Restore a backup, or name another file with DATABASE_URL or --database.';

function judge(file: string, error: unknown): Judgement {
  const cannot = (reason: string): Judgement => ({ code: 'DATABASE_PATH', reason, advice: chooseFile });
  const code = readErrorCode(error);
  if (isFolder(file)) return cannot('it is a folder');
  if (code === 'EEXIST' || code === 'ENOTDIR') return cannot('a part of its path is no folder');
  if (code === 'SQLITE_NOTADB') return cannot('it is a file of another kind');
  if (/^(EACCES|EPERM|SQLITE_PERM)$/.test(code)) return cannot('this user may not write there');
  if (code === 'EROFS') return cannot('its file system can only be read');
  if (/^SQLITE_(CANTOPEN|READONLY)/.test(code)) return cannot('it, or its folder, cannot be written');
  if (/^(ENOSPC|SQLITE_FULL)$/.test(code))
    return { code: 'DATABASE_FULL', reason: 'no space is left', advice: 'Make room on its file system.' };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return {
      code: 'DATABASE_BUSY',
      reason: 'another program keeps it locked',
      advice: 'End that program, or wait until it has finished.',
    };
  if (/^SQLITE_(CORRUPT|IOERR)/.test(code))
    return { code: 'DATABASE_DAMAGED', reason: `it is damaged (${describeError(error)})`, advice: restore };
  if (code === 'SQLITE_ERROR')
    return {
      code: 'DATABASE_FOREIGN',
      reason: `it belongs to another program (${describeError(error)})`,
      advice: 'Name another file. Of the Python system: hub import <file> takes it over.',
    };
  return cannot(describeError(error));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

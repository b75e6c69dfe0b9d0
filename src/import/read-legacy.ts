import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { checkFile } from '../config/read-text-file.ts';
import { describeError } from '../errors/hub-error.ts';
import { LegacyFileError } from './legacy-file-error.ts';
import { readTables, refuseVirtualTables, type LegacyTables } from './legacy-tables.ts';

/** Bytes of the largest database that is copied and read. */
const largestFile = 2_000_000_000;

/**
 * Reads a whole `lab_portal.db` from a copy, with what its write-ahead log holds: the file itself and its folder are
 * never written to, not even by SQLite's own recovery.
 *
 * @throws {LegacyFileError} when the file is missing, damaged, or has no `templates` table.
 * @throws {HubError} when it is no file, or far too large.
 */
export function readLegacyTables(file: string): LegacyTables {
  if (!existsSync(file)) throw new LegacyFileError('LEGACY_FILE_MISSING', `${file} does not exist`);
  const parts = [file, `${file}-wal`].filter((part) => existsSync(part));
  for (const part of parts) checkFile(statSync(part), { file: part, limit: largestFile });
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-import-'));
  try {
    const copy = join(folder, 'legacy.db');
    for (const part of parts) copyFileSync(part, `${copy}${part.slice(file.length)}`);
    return readCopy(copy, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCopy(copy: string, file: string): LegacyTables {
  const tables = attempt(file, () => {
    const database = new Database(copy);
    try {
      refuseVirtualTables(database, file);
      checkHealth(database, file);
      return readTables(database, file);
    } finally {
      database.close();
    }
  });
  if (tables.has('templates')) return tables;
  const found = [...tables.keys()].join(', ') || 'no table at all';
  throw new LegacyFileError('LEGACY_FILE_UNKNOWN', `${file} has no table "templates" (it has ${found})`);
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LegacyFileError) throw error;
    const message = `${file} cannot be read as SQLite database: ${describeError(error)}`;
    throw new LegacyFileError('LEGACY_FILE_UNREADABLE', message, { cause: error });
  }
}

function checkHealth(database: Database.Database, file: string): void {
  const answer = String(database.pragma('quick_check(1)', { simple: true }));
  if (answer === 'ok') return;
  throw new LegacyFileError(
    'LEGACY_FILE_DAMAGED',
    `${file} is damaged: ${answer}. Stop the Python system and copy it again`,
  );
}

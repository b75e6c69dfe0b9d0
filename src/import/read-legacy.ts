import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describeError, HubError } from '../errors/hub-error.ts';
import type { LegacyRow } from './legacy-values.ts';

/** The file is no database of the predecessor, or cannot be read. */
export class LegacyFileError extends HubError {}

/** A table: its columns, and its rows in the order of their rowid. */
export interface LegacyTable {
  readonly columns: readonly string[];
  readonly rows: readonly LegacyRow[];
}

/** The tables of a predecessor's database by name. */
export type LegacyTables = ReadonlyMap<string, LegacyTable>;

const noTable: LegacyTable = { columns: [], rows: [] };

/** A table that need not be there. */
export function pickTable(tables: LegacyTables, name: string): LegacyTable {
  return tables.get(name) ?? noTable;
}

/**
 * Reads a whole `lab_portal.db` from a copy, with what its write-ahead log holds: the file itself and its folder are
 * never written to, not even by SQLite's own recovery.
 *
 * @throws {LegacyFileError} when the file is missing, damaged, or has no `templates` table.
 */
export function readLegacyTables(file: string): LegacyTables {
  if (!existsSync(file)) throw new LegacyFileError('LEGACY_FILE_MISSING', `${file} does not exist`);
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-import-'));
  try {
    const copy = join(folder, 'legacy.db');
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    return readCopy(copy, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCopy(copy: string, file: string): LegacyTables {
  const tables = attempt(file, () => {
    const database = new Database(copy);
    try {
      checkHealth(database, file);
      return readTables(database);
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

function readTables(database: Database.Database): LegacyTables {
  const names = database
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all();
  return new Map(names.map(({ name }) => [name, readTable(database, name)]));
}

function readTable(database: Database.Database, name: string): LegacyTable {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  const statement = database.prepare<[], LegacyRow>(`SELECT * FROM ${quoted} ORDER BY rowid`);
  return { columns: statement.columns().map((column) => column.name), rows: statement.all() };
}

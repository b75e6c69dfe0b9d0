import type { Database } from 'better-sqlite3';
import { LegacyFileError } from './legacy-file-error.ts';
import type { LegacyRow } from './legacy-values.ts';

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

/** What a database of the predecessor has at most: bytes of a value, rows of a table. */
const limits = { value: 1_000_000, rows: 1_000_000 };

/** Tables whose rows are read; of others only the name is. */
const wanted: ReadonlySet<string> = new Set([
  'clusters',
  'templates',
  'classes',
  'vm_assignments',
  'users',
  'class_enrollments',
  'class_co_owners',
  'system_settings',
]);

interface TableFacts {
  readonly name: string;
  readonly type: string;
  /** 1 for a table WITHOUT ROWID. */
  readonly wr: number;
}

/** Throws when there is a table made by a module of SQLite: reading it would run what the file chooses. */
export function refuseVirtualTables(database: Database, file: string): void {
  const virtual = database
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'",
    )
    .all();
  if (virtual.length === 0) return;
  const names = virtual.slice(0, 3).map(({ name }) => `"${shorten(name)}"`);
  throw new LegacyFileError(
    'LEGACY_FILE_UNKNOWN',
    `${file} has a virtual table (${names.join(', ')}), as no database of the Python system has: nothing was read`,
  );
}

/** Reads the tables that an import may need. Throws a LegacyFileError when they hold more than the predecessor's can. */
export function readTables(database: Database, file: string): LegacyTables {
  const tables = database
    .prepare<[], TableFacts>("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'")
    .all()
    .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'));
  return new Map(
    tables.map((table) => [
      table.name,
      wanted.has(table.name) ? readTable(database, table, file) : { columns: [], rows: [] },
    ]),
  );
}

function readTable(database: Database, { name, wr }: TableFacts, file: string): LegacyTable {
  const order = wr === 1 ? '' : ' ORDER BY rowid';
  const statement = database.prepare<[], LegacyRow>(`SELECT * FROM ${quote(name)}${order}`);
  const columns = statement.columns().map((column) => column.name);
  const excess = findExcess(database, name, columns);
  if (excess !== undefined)
    throw new LegacyFileError('LEGACY_FILE_TOO_LARGE', `${file}: ${excess}. Is it the right file?`);
  return { columns, rows: statement.all() };
}

/** What is too much in a table, measured by SQLite before anything is taken into memory. */
function findExcess(database: Database, table: string, columns: readonly string[]): string | undefined {
  const sizes = columns.map((column) => `coalesce(max(octet_length(${quote(column)})), 0)`);
  const measured = database
    .prepare<[], number[]>(`SELECT ${['count(*)', ...sizes].join(', ')} FROM ${quote(table)}`)
    .raw()
    .get();
  const [rows = 0, ...longest] = measured ?? [];
  if (rows > limits.rows) return `table "${table}" has ${rows} rows; at most ${limits.rows} are read`;
  const index = longest.findIndex((length) => length > limits.value);
  if (index === -1) return undefined;
  const megabytes = Math.ceil((longest[index] ?? 0) / 1_000_000);
  const column = shorten(columns[index] ?? '');
  return `a "${column}" in table "${table}" has ${megabytes} MB; values of at most 1 MB are read`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function shorten(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 60)}…`;
}

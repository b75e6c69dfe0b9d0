import Database from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { SqlTarget } from '../../store/sql/row-ref.ts';
import type { Store } from '../../store/store.ts';
import { unwritable, writeGlobalId } from './column-json.ts';
import type { SqlCondition, SqlValue } from './sql-where.ts';
import { nameTable } from './template-json.ts';

/** Reads templates of a SQLite store past Prisma, which takes many times longer for the same rows. */
export interface TemplateRows {
  /** The texts that a SELECT of one column gives. The same statement is prepared once. */
  readTexts(sql: string, values: readonly SqlValue[]): readonly string[];
  /** The rows that a SELECT gives, by the names of its columns. */
  readRows(sql: string, values: readonly SqlValue[]): readonly SqlRow[];
  /** What statements are written with. */
  readonly target: SqlTarget;
  close(): void;
}

/** A row by the names of its columns. */
export type SqlRow = Readonly<Record<string, string | number | null>>;

/** Statements of each kind that are kept: a client has a few, and each takes tens of kilobytes outside the heap. */
const keptStatements = 50;
const databaseList = z.array(z.object({ name: z.string(), file: z.string() }));
const textList = z.custom<readonly string[]>(Array.isArray);
const rowList = z.custom<readonly SqlRow[]>(Array.isArray);

/**
 * Opens the file of a SQLite store a second time, for reading only. It sees what was committed by anyone, as every new
 * statement does.
 *
 * @returns undefined where the store is no SQLite file.
 */
export async function openTemplateRows(store: Store): Promise<TemplateRows | undefined> {
  if (store.provider !== 'sqlite') return undefined;
  const found = databaseList.parse(
    await store.prisma.$queryRawUnsafe('SELECT name, file FROM pragma_database_list'),
  );
  const file = found.find(({ name }) => name === 'main')?.file;
  if (!file) return undefined;
  const database = new Database(file, { readonly: true });
  database.function('global_id', { deterministic: true }, writeGlobalId);
  const findTexts = createStatementCache((sql) => database.prepare(sql).pluck());
  const findRows = createStatementCache((sql) => database.prepare(sql));
  return {
    readTexts: (sql, values) => textList.parse(findTexts(sql).all(...values)),
    readRows: (sql, values) => rowList.parse(findRows(sql).all(...values)),
    target: store,
    close: () => void database.close(),
  };
}

function createStatementCache(prepare: (sql: string) => Database.Statement) {
  const statements = new LRUCache<string, Database.Statement>({ max: keptStatements });
  return (sql: string): Database.Statement => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}

/** Which templates are read: by id, and not more than `limit`. */
export interface TemplateRange {
  readonly condition: SqlCondition;
  readonly limit: number;
}

/**
 * Reads templates as JSON, with commas between them, each written by the expression `row`. undefined when one holds what
 * SQLite does not write.
 */
export function readTemplates(
  reader: TemplateRows,
  row: string,
  { condition, limit }: TemplateRange,
): string | undefined {
  const table = nameTable(0);
  // The limit stands in the text: SQLite plans a statement anew whenever another value is bound to its LIMIT.
  const sql = `SELECT ${row} FROM templates ${table} WHERE ${condition.sql} ORDER BY ${table}.id LIMIT ${limit}`;
  const texts = reader.readTexts(sql, condition.values).join(',');
  return texts.includes(unwritable) ? undefined : texts;
}

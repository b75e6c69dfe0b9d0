import Database from 'better-sqlite3';
import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import type { SqlValue } from './sql-where.ts';

/** What a column holds: SQLite has blobs besides, which templates have none of, and no booleans, which JSON has. */
export type Cell = string | number | bigint | boolean | null;

/** A row as an array of its columns' values. */
export type Row = readonly Cell[];

/** Reads templates of a SQLite store past Prisma, which takes many times longer for the same rows. */
export interface TemplateRows {
  /** Rows of a SELECT. The same text is prepared once. */
  read(sql: string, values: readonly SqlValue[]): readonly Row[];
  /** The same with rows as objects of the columns' names, in their order. They may be changed. */
  readObjects(sql: string, values: readonly SqlValue[]): Record<string, Cell>[];
  close(): void;
}

/** Statements that are kept. */
const cacheSize = 200;
const databaseList = z.array(z.object({ name: z.string(), file: z.string() }));
const rows = z.custom<readonly Row[]>(Array.isArray);
const objects = z.custom<Record<string, Cell>[]>(Array.isArray);

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
  const find = createStatementCache(database);
  return {
    read: (sql, values) =>
      rows.parse(
        find(sql)
          .raw(true)
          .all(...values),
      ),
    readObjects: (sql, values) =>
      objects.parse(
        find(sql)
          .raw(false)
          .all(...values),
      ),
    close: () => void database.close(),
  };
}

function createStatementCache(database: Database.Database): (sql: string) => Database.Statement {
  const statements = new Map<string, Database.Statement>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    const [oldest] = statements.keys();
    if (statements.size >= cacheSize && oldest !== undefined) statements.delete(oldest);
    statements.set(sql, statement);
    return statement;
  };
}

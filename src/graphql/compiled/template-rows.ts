import Database from 'better-sqlite3';
import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import { writeGlobalId } from './column-json.ts';
import type { SqlValue } from './sql-where.ts';

/** Reads templates of a SQLite store past Prisma, which takes many times longer for the same rows. */
export interface TemplateRows {
  /** The texts that a SELECT of one column gives. The same statement is prepared once. */
  read(sql: string, values: readonly SqlValue[]): readonly string[];
  close(): void;
}

/** Statements that are kept. */
const cacheSize = 200;
const databaseList = z.array(z.object({ name: z.string(), file: z.string() }));
const texts = z.custom<readonly string[]>(Array.isArray);

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
  const find = createStatementCache(database);
  return {
    read: (sql, values) => texts.parse(find(sql).all(...values)),
    close: () => void database.close(),
  };
}

function createStatementCache(database: Database.Database): (sql: string) => Database.Statement {
  const statements = new Map<string, Database.Statement>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql).pluck();
    const [oldest] = statements.keys();
    if (statements.size >= cacheSize && oldest !== undefined) statements.delete(oldest);
    statements.set(sql, statement);
    return statement;
  };
}

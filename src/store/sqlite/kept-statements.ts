import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlResultSet,
} from '@prisma/driver-adapter-utils';
import type Database from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { keptMark } from '../sql/kept.ts';

/** Statements that are kept prepared: clients have a few each, and each takes tens of kilobytes outside the heap. */
const most = 100;

/** Prisma's adapter holds its connection under this name; what is read through it sees what the adapter has written. */
const holder = z.object({
  client: z.custom<Database.Database>(
    (value) => typeof value === 'object' && value !== null && 'prepare' in value,
  ),
});

/**
 * Lets Prisma's adapter keep the statements prepared that begin with the mark: it prepares all others anew each time,
 * which takes longer than many of them. What such a statement gives is texts and whole numbers.
 */
export function keepStatements(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => {
      const adapter = await factory.connect();
      return withKept(adapter, createKeptReader(holder.parse(adapter).client));
    },
  };
}

function withKept(adapter: SqlDriverAdapter, readKept: (query: SqlQuery) => SqlResultSet): SqlDriverAdapter {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: async (query) => {
      if (!query.sql.startsWith(keptMark)) return adapter.queryRaw(query);
      try {
        return readKept(query);
      } catch {
        // The adapter meets the same error, and tells it in Prisma's words.
        return adapter.queryRaw(query);
      }
    },
    executeRaw: (query) => adapter.executeRaw(query),
    executeScript: (script) => adapter.executeScript(script),
    startTransaction: (level) => adapter.startTransaction(level),
    dispose: () => adapter.dispose(),
  };
}

interface KeptStatement {
  readonly statement: Database.Statement;
  readonly columnNames: string[];
}

const rowList = z.custom<unknown[][]>(Array.isArray);

function createKeptReader(client: Database.Database): (query: SqlQuery) => SqlResultSet {
  const kept = new LRUCache<string, KeptStatement>({ max: most });
  return ({ sql, args, argTypes }) => {
    let known = kept.get(sql);
    if (!known) {
      const statement = client.prepare(sql).safeIntegers(false).raw();
      known = { statement, columnNames: statement.columns().map(({ name }) => name) };
      kept.set(sql, known);
    }
    const values = args.map((value, place) =>
      argTypes[place]?.scalarType === 'bigint' ? BigInt(String(value)) : value,
    );
    const rows = rowList.parse(known.statement.all(...values));
    return {
      columnNames: known.columnNames,
      columnTypes: known.columnNames.map((_name, place) => typeOf(rows[0]?.[place])),
      rows,
    };
  };
}

function typeOf(value: unknown): SqlResultSet['columnTypes'][number] {
  return typeof value === 'number' ? ColumnTypeEnum.Int64 : ColumnTypeEnum.Text;
}

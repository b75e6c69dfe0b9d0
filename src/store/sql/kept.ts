import type { DatabaseLocation } from '../database-url.ts';
import { Parameter, type Sql } from './sql.ts';

/** Begins statements that are executed again and again: the SQLite adapter keeps them prepared. */
export const keptMark = '/* kept */ ';

/** A statement in the words of its database, with places for values. */
export interface KeptStatement {
  readonly text: string;
  /** The values to be given to it, in place of its parameters what `given` holds for them. */
  bind(given: readonly unknown[]): unknown[];
}

/** Writes a statement out, to be executed with other values each time. */
export function keepStatement(statement: Sql, provider: DatabaseLocation['provider']): KeptStatement {
  const { values } = statement;
  const isSqlite = provider === 'sqlite';
  return {
    text: keptMark + (isSqlite ? statement.sql : statement.text),
    bind: (given) =>
      values.map((value) => {
        const known = value instanceof Parameter ? given[value.place] : value;
        return isSqlite ? writeForSqlite(known) : known;
      }),
  };
}

/** As Prisma stores times and truth values in SQLite, so that they compare like what is there. */
function writeForSqlite(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('Z', '+00:00');
  return typeof value === 'boolean' ? Number(value) : value;
}

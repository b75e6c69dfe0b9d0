import type { RowRef } from './row-ref.ts';
import { join, raw, sql, type Sql } from './sql.ts';
import type { Column } from './tables.ts';

/** Writes columns of a row, and what else is to be known, as the text of a JSON list: exactly enough for `readFact` to have the values again. */
export function writeFacts(row: RowRef, names: readonly string[], others: readonly Sql[] = []): Sql {
  const facts = join([...names.map((name) => writeFact(row, name)), ...others]);
  return row.target.provider === 'sqlite'
    ? sql`json_array(${facts})`
    : sql`CAST(json_build_array(${facts}) AS TEXT)`;
}

/** Writes a column as `json_array` takes it. */
function writeFact(row: RowRef, name: string): Sql {
  const column = row.column(name);
  const { type } = row.describe(name);
  const isSqlite = row.target.provider === 'sqlite';
  if (type === 'BigInt') return sql`CAST(${column} AS TEXT)`;
  if (type === 'Float') return isSqlite ? sql`printf('%!.17g', ${column})` : sql`CAST(${column} AS TEXT)`;
  if (type === 'DateTime' && !isSqlite) return sql`to_char(${column}, ${timeFormat})`;
  return column;
}

/** How PostgreSQL writes a time as JavaScript does. */
export const timeFormat = raw(`'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`);

/** A value as Prisma's client gives it. */
export type FactValue = string | number | boolean | bigint | Date | null;

/** Reads what `writeFacts` wrote of a column, parsed already. */
export function readFact({ type }: Pick<Column, 'type'>, written: unknown): FactValue {
  if (written === null) return null;
  const value = checkFact(written);
  switch (type) {
    case 'BigInt':
      return BigInt(value);
    case 'Float':
      return Number(value);
    case 'DateTime':
      return readTime(value);
    case 'Boolean':
      // SQLite has numbers for truth values.
      return Boolean(value);
    default:
      return value;
  }
}

/** Columns are checked by the database already; this is for what else may stand in their place. */
function checkFact(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new TypeError('a column was written as no value of JSON');
}

/** As Prisma takes times of SQLite: numbers are milliseconds, and what names no zone is UTC. */
export function readTime(value: string | number | boolean): Date {
  if (typeof value === 'string') return new Date(namesZone.test(value) ? value : `${value}Z`);
  return new Date(Math.trunc(Number(value)));
}

const namesZone = /(?:[zZ]|[+-]\d\d:?\d\d)$|^\d{4}-\d\d-\d\d$/;

import { join, sql, type Sql } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';

export type Direction = 'asc' | 'desc';

/** One column that rows are ordered by (its name is Prisma's). Rows without a value are before all others. */
export interface Order {
  readonly column: string;
  readonly direction: Direction;
}

/** The order of a list: what its rows are ordered by, last of all a column in which no two agree. */
export type Orders = readonly Order[];

/** The same rows from the other end. */
export function turnRound(orders: Orders): Orders {
  return orders.map(({ column, direction }) => ({
    column,
    direction: direction === 'asc' ? 'desc' : 'asc',
  }));
}

/** Writes what stands after ORDER BY. */
export function writeOrder(orders: Orders, row: RowRef): Sql {
  return join(
    orders.map(({ column, direction }) => writeOne(row, column, direction)),
    ', ',
  );
}

/** SQLite has rows without a value first by itself; PostgreSQL has to be told. */
function writeOne(row: RowRef, column: string, direction: Direction): Sql {
  const name = row.column(column);
  if (row.target.provider === 'sqlite' || !row.describe(column).nullable)
    return direction === 'asc' ? sql`${name}` : sql`${name} DESC`;
  return direction === 'asc' ? sql`${name} NULLS FIRST` : sql`${name} DESC NULLS LAST`;
}

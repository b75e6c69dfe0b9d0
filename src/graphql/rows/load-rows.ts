import { z } from 'zod';
import { sql, type Sql } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import type { Store } from '../../store/store.ts';
import type { Orders } from './order.ts';
import { writeRowQuery, type RowQuery } from './row-query.ts';

/** A list that is read as a whole: one description for every way to read it. */
export interface RowList<Values> {
  /** Prisma's name of the table. */
  readonly model: string;
  readonly orders: Orders;
  /** What rows of the list fulfil. */
  where(values: Values, row: RowRef): Sql;
  /** How many at most; all when absent. */
  readonly limit?: number;
}

/** A row with its number. */
export interface NumberedRow {
  readonly id: number;
}

/** Which rows Prisma is to load. */
export interface RowsToLoad {
  readonly where: { readonly id: { readonly in: number[] } };
}

/** Loads a list: one statement finds its rows, Prisma loads what is wanted of them. */
export async function loadList<Values, Row extends NumberedRow>(
  { where, ...list }: RowList<Values>,
  { values, store }: { values: Values; store: Store },
  load: (rows: RowsToLoad) => Promise<Row[]>,
): Promise<Row[]> {
  const keys = await findKeys({ ...list, where: (row) => where(values, row) }, store);
  const rows = await loadKeyed(keys, load);
  return keys.flatMap(({ id }) => rows.get(id) ?? []);
}

const keyList = z.array(z.object({ id: z.number(), position: z.string() }));

/** The number of a row, and a text that was wanted with it. */
export type Key = z.output<typeof keyList>[number];

/** Finds the numbers of rows by one statement, and of each the text `position`. */
export async function findKeys(
  query: RowQuery,
  store: Store,
  position: (row: RowRef) => Sql = () => sql`''`,
): Promise<Key[]> {
  const write = (row: RowRef) => sql`${row.column('id')} AS id, ${position(row)} AS position`;
  return keyList.parse(await store.prisma.$queryRaw(writeRowQuery(query, store, write)));
}

/** Rows that are loaded by one statement: each number is a value of it. */
const loadedAtOnce = 10_000;

/** Loads rows by their numbers. Those that went meanwhile are missing. */
export async function loadKeyed<Row extends NumberedRow>(
  keys: readonly NumberedRow[],
  load: (rows: RowsToLoad) => Promise<Row[]>,
): Promise<Map<number, Row>> {
  const rows = new Map<number, Row>();
  for (let start = 0; start < keys.length; start += loadedAtOnce) {
    const ids = keys.slice(start, start + loadedAtOnce).map(({ id }) => id);
    for (const row of await load({ where: { id: { in: ids } } })) rows.set(row.id, row);
  }
  return rows;
}

import { z } from 'zod';
import { sql, type Sql } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import type { Store } from '../../store/store.ts';
import type { Orders } from './order.ts';
import { writeRowQuery } from './row-query.ts';

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

/** What rows are known by: numbers, or texts as clusters are. */
export const numberKeys = z.number();
export const textKeys = z.string();

/** A row with its key. */
export interface KeyedRow<Key> {
  readonly id: Key;
}

/** Which rows Prisma is to load. */
export interface RowsToLoad<Key> {
  readonly where: { readonly id: { readonly in: Key[] } };
}

/** What a list is asked, and where. */
interface ListRequest<Values, Key> {
  readonly values: Values;
  readonly store: Store;
  readonly keys: z.ZodType<Key>;
}

/** Loads a list: one statement finds its rows, Prisma loads what is wanted of them. */
export async function loadList<Values, Key, Row extends KeyedRow<Key>>(
  { where, ...list }: RowList<Values>,
  { values, store, keys }: ListRequest<Values, Key>,
  load: (rows: RowsToLoad<Key>) => Promise<Row[]>,
): Promise<Row[]> {
  const query = { ...list, where: (row: RowRef) => where(values, row) };
  const statement = writeRowQuery(query, store, (row) => sql`${row.column('id')} AS id`);
  const found = z.array(z.object({ id: keys })).parse(await store.prisma.$queryRaw(statement));
  const rows = await loadKeyed(found, load);
  return found.flatMap(({ id }) => rows.get(id) ?? []);
}

/** Rows that are loaded by one statement: each key is a value of it. */
const loadedAtOnce = 10_000;

/** Loads rows by their keys. Those that went meanwhile are missing. */
export async function loadKeyed<Key, Row extends KeyedRow<Key>>(
  found: readonly KeyedRow<Key>[],
  load: (rows: RowsToLoad<Key>) => Promise<Row[]>,
): Promise<Map<Key, Row>> {
  const rows = new Map<Key, Row>();
  for (let start = 0; start < found.length; start += loadedAtOnce) {
    const ids = found.slice(start, start + loadedAtOnce).map(({ id }) => id);
    for (const row of await load({ where: { id: { in: ids } } })) rows.set(row.id, row);
  }
  return rows;
}

import * as enums from '../../../prisma/generated/sqlite/enums.ts';
import { z } from 'zod';
import { writeFacts } from '../../store/sql/fact.ts';
import type { RowRef, SqlTarget } from '../../store/sql/row-ref.ts';
import { all, any, raw, sql, type Sql, type SqlValue } from '../../store/sql/sql.ts';
import type { Column } from '../../store/sql/tables.ts';
import { RequestError } from '../errors.ts';
import type { Order, Orders } from './order.ts';

/**
 * A place in a list: what a row there has in each column that the list is ordered by. It stays where it is when the row
 * goes or changes.
 */
export type Position = readonly (SqlValue | null)[];

/**
 * Writes the position of a row as JSON: a list of what it has in each column that the list is ordered by. Where that is
 * more than its id, `readCursor` has to be told of which: that stands before the list.
 */
export function writePosition(orders: Orders, row: RowRef): Sql {
  const facts = writeFacts(
    row,
    orders.map(({ column }) => column),
  );
  const name = nameOrder(orders);
  return name === '' ? facts : sql`concat(${raw(`'${name} '`)}, ${facts})`;
}

/** The columns before the last one, which is the same in every order of a list. */
function nameOrder(orders: Orders): string {
  return orders
    .slice(0, -1)
    .map(({ column }) => column)
    .join();
}

/** A cursor, as clients get it: they only hand it back. */
export function writeCursor(position: string): string {
  return Buffer.from(position).toString('base64');
}

const positionList = z.array(z.union([z.string(), z.number(), z.null()]));

/**
 * Reads a cursor of a list.
 *
 * @throws {RequestError} BAD_USER_INPUT when it is none of this list in this order.
 */
export function readCursor(cursor: string, orders: Orders, row: RowRef): Position {
  const name = nameOrder(orders);
  const head = name === '' ? '' : `${name} `;
  const text = Buffer.from(cursor, 'base64').toString('utf8');
  const given = positionList.safeParse(
    text.startsWith(head) ? parseJson(text.slice(head.length)) : undefined,
  );
  if (given.data?.length !== orders.length) throw notACursor();
  const values = given.data;
  return orders.map(({ column }, place) => {
    const value = readValue(values[place] ?? null, row.describe(column), row.target.provider);
    if (value === undefined) throw notACursor();
    return value;
  });
}

function notACursor(): RequestError {
  return new RequestError(
    'BAD_USER_INPUT',
    'this is no cursor of this list in this order: take "endCursor" or "startCursor" of one of its pages',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const wholeNumber = z.int32();
const timeText = z.iso.datetime();
const enumValues: Readonly<Record<string, Readonly<Record<string, string>>>> = enums;

/** undefined for what no such column can have. */
function readValue(
  value: string | number | null,
  column: Column,
  provider: SqlTarget['provider'],
): SqlValue | null | undefined {
  if (value === null) return column.nullable ? null : undefined;
  if (column.type === 'Int') return wholeNumber.safeParse(value).data;
  // SQLite holds whatever others wrote for a time, and compares it as it is.
  if (column.type === 'DateTime' && provider === 'sqlite') return value;
  if (typeof value === 'number') return undefined;
  if (column.isEnum) return Object.hasOwn(enumValues[column.type] ?? {}, value) ? value : undefined;
  if (column.type === 'BigInt') return readBigInt(value);
  if (column.type === 'DateTime') return timeText.safeParse(value).data;
  return value;
}

function readBigInt(value: string): bigint | undefined {
  if (!/^-?\d{1,19}$/.test(value)) return undefined;
  const number = BigInt(value);
  return BigInt.asIntN(64, number) === number ? number : undefined;
}

/** What the rows fulfil that come after a position. */
export function isAfter(position: Position, orders: Orders, row: RowRef): Sql {
  const ways = orders.map((order, place) => {
    const agreeing = orders.slice(0, place).map((one, index) => agrees(row, one, position[index] ?? null));
    return all([...agreeing, isBeyond(row, order, position[place] ?? null)]);
  });
  return all([...beginAt(position, orders, row), any(ways)]);
}

/** Follows from the rest where there are several columns, and tells the database where in an index to begin. */
function beginAt([value]: Position, [first, second]: Orders, row: RowRef): Sql[] {
  if (!first || !second || value === null || value === undefined) return [];
  const name = row.column(first.column);
  if (first.direction === 'asc') return [sql`${name} >= ${value}`];
  return row.describe(first.column).nullable ? [] : [sql`${name} <= ${value}`];
}

function agrees(row: RowRef, { column }: Order, value: SqlValue | null): Sql {
  return value === null ? sql`${row.column(column)} IS NULL` : sql`${row.column(column)} = ${value}`;
}

/** Rows without a value are before all others, and in the other direction after them. */
function isBeyond(row: RowRef, { column, direction }: Order, value: SqlValue | null): Sql {
  const name = row.column(column);
  if (direction === 'asc') return value === null ? sql`${name} IS NOT NULL` : sql`${name} > ${value}`;
  if (value === null) return sql`FALSE`;
  return row.describe(column).nullable
    ? sql`(${name} < ${value} OR ${name} IS NULL)`
    : sql`${name} < ${value}`;
}

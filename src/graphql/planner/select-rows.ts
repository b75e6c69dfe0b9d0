import type { RowRef } from '../../store/sql/row-ref.ts';
import { empty, raw, sql, type Sql } from '../../store/sql/sql.ts';
import { writeOrder, type Orders } from '../rows/order.ts';
import { joinParts, type Parts } from './parts.ts';

/** Which rows are shown in a row. */
export interface ShownRows {
  readonly row: RowRef;
  readonly where: Sql;
  readonly orders: Orders;
  readonly limit?: number | undefined;
}

/** Writes rows as a JSON list, each by its pieces. */
export function writeList(rows: ShownRows, one: Parts): Parts {
  // Without rows there is NULL, which counts for nothing between the brackets.
  return [
    '[',
    sql`(SELECT string_agg(one, ',') FROM (${select(rows, sql`${joinParts(one)} AS one`)}) AS list)`,
    ']',
  ];
}

/** Writes the first of rows; `none` where there is none. */
export function writeFirst(rows: ShownRows, one: Parts, none: Parts): Parts {
  return [sql`coalesce((${select({ ...rows, limit: 1 }, joinParts(one))}), ${joinParts(none)})`];
}

function select({ row, where, orders, limit }: ShownRows, what: Sql): Sql {
  const order = orders.length === 0 ? empty : sql` ORDER BY ${writeOrder(orders, row)}`;
  const most = limit === undefined ? empty : raw(` LIMIT ${limit}`);
  return sql`SELECT ${what} FROM ${row.from} WHERE ${where}${order}${most}`;
}

import { RowRef, type SqlTarget } from '../../store/sql/row-ref.ts';
import { empty, raw, sql, type Sql } from '../../store/sql/sql.ts';
import { writeOrder, type Orders } from './order.ts';

/** Which rows of a table a field is about, and in which order. */
export interface RowQuery {
  /** Prisma's name of the table. */
  readonly model: string;
  where(row: RowRef): Sql;
  readonly orders: Orders;
  /** How many at most; all when absent. */
  readonly limit?: number;
}

/** The name that the rows of a query have in its statement. */
const alias = 't';

/** Writes the statement that gives something of each row of a query. */
export function writeRowQuery(query: RowQuery, target: SqlTarget, write: (row: RowRef) => Sql): Sql {
  const row = new RowRef(target, query.model, alias);
  // The limit stands in the text: SQLite plans a statement anew whenever another value is bound to it.
  const limit = query.limit === undefined ? empty : raw(` LIMIT ${query.limit}`);
  return sql`SELECT ${write(row)} FROM ${row.from} WHERE ${query.where(row)} ORDER BY ${writeOrder(query.orders, row)}${limit}`;
}

/** Writes the statement that counts the rows of a query, its limit left aside. */
export function writeCount({ model, where }: Pick<RowQuery, 'model' | 'where'>, target: SqlTarget): Sql {
  const row = new RowRef(target, model, alias);
  return sql`SELECT count(*) FROM ${row.from} WHERE ${where(row)}`;
}

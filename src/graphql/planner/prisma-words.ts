import { z } from 'zod';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { all, sql, type Sql } from '../../store/sql/sql.ts';
import type { Order } from '../rows/order.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);
const direction = z.enum(['asc', 'desc']);
const order = z.record(z.string(), direction);

/** The words of Prisma's queries that relations are narrowed and ordered by: others have to be added here first. */
const relationQuery = z.strictObject({
  where: z.record(z.string(), z.union([value, z.strictObject({ not: value })])).default({}),
  orderBy: z.union([order, z.array(order)]).default([]),
  take: z.int().optional(),
});

/** A query about the rows of a relation, in the planner's words. */
export interface RelationQuery {
  readonly orders: readonly Order[];
  readonly limit: number | undefined;
  where(row: RowRef): Sql;
}

/** Reads a query in Prisma's words. */
export function readRelationQuery(query: object): RelationQuery {
  const { where, orderBy, take } = relationQuery.parse(query);
  return {
    orders: [orderBy]
      .flat()
      .flatMap((one) => Object.entries(one).map(([column, by]) => ({ column, direction: by }))),
    limit: take,
    where: (row) => all(Object.entries(where).map(([name, wanted]) => compare(row.column(name), wanted))),
  };
}

function compare(column: Sql, wanted: z.output<typeof value> | { not: z.output<typeof value> }): Sql {
  return typeof wanted === 'object' ? sql`${column} <> ${wanted.not}` : sql`${column} = ${wanted}`;
}

import type { GraphQLField } from 'graphql';
import type { FactValue } from '../../store/sql/fact.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import type { Sql } from '../../store/sql/sql.ts';
import type { Orders } from '../rows/order.ts';

/** Columns of a row by Prisma's names. */
export type Facts = Readonly<Record<string, FactValue>>;

/** A column as it is. */
export interface ColumnRead {
  readonly kind: 'column';
  readonly column: string;
  /** A number that stands for no value. */
  readonly none?: number;
}

/** A relation of Prisma's, with the query that narrows and orders it in Prisma's words. */
export interface RelationRead {
  readonly kind: 'relation';
  readonly relation: string;
  readonly query: object;
}

/** How many rows a relation of Prisma's leads to that fulfil a condition in Prisma's words. */
export interface CountRead {
  readonly kind: 'count';
  readonly relation: string;
  readonly where: object;
}

/** Rows that belong to a row by what their columns say, without a key in the store. */
export interface LinkRead {
  readonly kind: 'link';
  /** Prisma's name of their table. */
  readonly model: string;
  readonly orders: Orders;
  /** What a row fulfils that belongs to the row `from`. */
  where(row: RowRef, from: RowRef): Sql;
}

/** A value that follows from columns of its row alone, and from the time where that is asked for. */
export interface ComputedRead {
  readonly kind: 'computed';
  readonly columns: readonly string[];
  /** `now` gives epoch milliseconds. */
  compute(facts: Facts, now: () => number): unknown;
}

/** A value that follows from rows of other tables, which an SQL expression gathers as JSON. */
export interface GatheredRead<Value = unknown> {
  readonly kind: 'gathered';
  write(row: RowRef): Sql;
  finish(gathered: unknown): Value;
}

/**
 * How a field of a row is read. It stands in the extensions of the field beside its resolver, which goes by it as the
 * read planner does. A field that only shows a column needs none: Pothos says so of it.
 */
export type FieldRead = ColumnRead | RelationRead | CountRead | LinkRead | ComputedRead | GatheredRead;

class Description {
  readonly read: FieldRead;

  constructor(read: FieldRead) {
    this.read = read;
  }
}

const extension = 'fieldRead';

/** The extensions by which a field says how it is read. */
export function describeField(read: FieldRead): { readonly [extension]: unknown } {
  return { [extension]: new Description(read) };
}

/** How a field is read; undefined when that is the business of its resolver alone. */
export function findFieldRead({ extensions }: GraphQLField<unknown, unknown>): FieldRead | undefined {
  const { [extension]: described, pothosExposedField: column } = extensions;
  if (described instanceof Description) return described.read;
  return typeof column === 'string' ? { kind: 'column', column } : undefined;
}

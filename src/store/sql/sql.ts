import { empty, join, raw, Sql, sqltag as sql } from '@prisma/client/runtime/client';

/**
 * Statements in pieces, as Prisma has them: ``sql`id = ${5}` `` keeps its values apart from its text, and pieces are put
 * into each other. `raw` is for names that this program made itself, never for what somebody sent.
 */
export { empty, join, raw, sql, Sql };

/** Stands in a statement for a value that is only known when it is executed. */
export class Parameter {
  /** Its place among those values. */
  readonly place: number;

  constructor(place: number) {
    this.place = place;
  }
}

/** A value of a statement; null stands in its text. */
export type SqlValue = string | number | bigint | boolean | Date | Parameter;

/** Conditions that must all hold. */
export function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`TRUE` : sql`(${join([...conditions], ' AND ')})`;
}

/** Conditions of which one must hold. */
export function any(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`FALSE` : sql`(${join([...conditions], ' OR ')})`;
}

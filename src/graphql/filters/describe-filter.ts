import type { InputRef } from '@pothos/core';
import { all, any, type Sql, type SqlValue } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { builder } from '../builder.ts';
import { isGiven, not, writeWords, type FilterWords } from './words.ts';

/** What a query gives for a filter, or for a part of it. */
export type Given = SqlValue | null | undefined | readonly Given[] | GivenObject;
export interface GivenObject {
  readonly [name: string]: Given;
}

/** What rows have to be: a group of conditions, which must all hold. */
export interface Where extends GivenObject {
  readonly AND?: readonly Where[] | null;
  readonly OR?: readonly Where[] | null;
  readonly NOT?: Where | null;
}

/** One field of a filter: its type, and what it means for a row. */
export interface FilterField {
  readonly description: string;
  type(): InputRef;
  /** The fields of the group that it takes; absent where it takes words. */
  readonly inner?: () => FilterFields;
  /** Writes what is given as conditions that must all hold, each of them true or false for every row. */
  write(given: GivenObject, row: RowRef): Sql[];
}

export type FilterFields = Readonly<Record<string, FilterField>>;

/** Adds the input type of a filter: AND, OR and NOT beside its fields. */
export function addFilterInput(name: string, description: string, fields: FilterFields): InputRef<Where> {
  const ref: InputRef<Where> = builder.inputRef<Where>(name).implement({
    description,
    fields: (t) => ({
      AND: t.field({ type: [ref], description: 'All of these must hold.' }),
      OR: t.field({ type: [ref], description: 'At least one of these must hold.' }),
      NOT: t.field({ type: ref, description: 'This must not hold.' }),
      ...Object.fromEntries(
        Object.entries(fields).map(([field, one]) => [
          field,
          t.field({ type: one.type(), description: one.description }),
        ]),
      ),
    }),
  });
  return ref;
}

/** Describes a field that takes words about a column (by Prisma's name). */
export function columnFilter(column: string, type: InputRef, description: string): FilterField {
  return {
    description,
    type: () => type,
    write: (words: FilterWords, row) => writeWords(words, row, column),
  };
}

/** Describes a field that takes a group about the row that a relation (by Prisma's name) leads to; no row fits nothing. */
export function relationFilter(
  relation: string,
  type: InputRef<Where>,
  { fields, description }: { fields: FilterFields; description: string },
): FilterField {
  return {
    description,
    type: () => type,
    inner: () => fields,
    write: (where, row) => {
      const { other, condition } = row.follow(relation);
      return [other.exists(all([condition, writeWhere(where, other, fields)]))];
    },
  };
}

/**
 * Writes a group. An empty AND holds for every row, an empty OR for none. What comes out is true or false for every
 * row, never unknown.
 */
export function writeWhere(where: Where, row: RowRef, fields: FilterFields): Sql {
  const inner = (part: Where): Sql => writeWhere(part, row, fields);
  const parts: Sql[] = [];
  for (const name in fields) {
    const given = where[name];
    if (isGroup(given)) parts.push(...(fields[name]?.write(given, row) ?? []));
  }
  if (isGiven(where.AND)) parts.push(all(where.AND.map(inner)));
  if (isGiven(where.OR)) parts.push(any(where.OR.map(inner)));
  if (isGiven(where.NOT)) parts.push(not(inner(where.NOT)));
  return all(parts);
}

/** Whether something is an object with words or fields. */
export function isGroup(given: Given): given is GivenObject {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !(given instanceof Date);
}

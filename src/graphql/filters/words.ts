import type { RowRef } from '../../store/sql/row-ref.ts';
import { all, join, raw, sql, type Sql, type SqlValue } from '../../store/sql/sql.ts';
import { findText } from '../../store/sql/text-search.ts';

/** The words of a filter as they come from a query. A word that is absent or null asks for nothing. */
export type FilterWords<Value = SqlValue> = {
  readonly [Word in keyof typeof comparisons | 'ne' | 'contains' | 'startsWith']?: Value | null;
} & {
  readonly in?: readonly Value[] | null;
  readonly notIn?: readonly Value[] | null;
  readonly isNull?: boolean | null;
};

const comparisons = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/**
 * Writes the words of one filter as conditions which must all hold. SQL knows a third truth value for rows without a
 * value; here such a row simply fails every comparison, so that `ne`, `notIn` and NOT keep it.
 */
export function writeWords(words: FilterWords, row: RowRef, name: string): Sql[] {
  const column = row.column(name);
  const { nullable } = row.describe(name);
  const holds = (condition: Sql): Sql =>
    nullable ? sql`(${column} IS NOT NULL AND ${condition})` : condition;
  const parts = listComparisons(words, column).map(holds);
  if (isGiven(words.in)) parts.push(holds(isOneOf(column, words.in)));
  if (isGiven(words.contains)) parts.push(holds(sql`${findText(row, name, words.contains)} > 0`));
  if (isGiven(words.startsWith)) parts.push(holds(sql`${findText(row, name, words.startsWith)} = 1`));
  if (isGiven(words.ne)) parts.push(not(holds(sql`${column} = ${words.ne}`)));
  if (isGiven(words.notIn)) parts.push(not(holds(isOneOf(column, words.notIn))));
  if (isGiven(words.isNull)) parts.push(words.isNull ? sql`${column} IS NULL` : sql`${column} IS NOT NULL`);
  return parts;
}

function listComparisons(words: FilterWords, column: Sql): Sql[] {
  const parts: Sql[] = [];
  for (const word of ['eq', 'gt', 'gte', 'lt', 'lte'] as const) {
    const value = words[word];
    if (isGiven(value)) parts.push(sql`${column} ${raw(comparisons[word])} ${value}`);
  }
  return parts;
}

function isOneOf(column: Sql, values: readonly SqlValue[]): Sql {
  return values.length === 0 ? sql`FALSE` : sql`${column} IN (${join([...values])})`;
}

/** The opposite of a condition that is never unknown. */
export function not(condition: Sql): Sql {
  return sql`NOT ${all([condition])}`;
}

/** Whether something is asked for. */
export function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

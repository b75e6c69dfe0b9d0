import { RequestError } from '../errors.ts';

/** The words of a filter as they come from a query. A word that is absent or null asks for nothing. */
export interface FilterWords<Value> {
  readonly eq?: Value | null;
  readonly ne?: Value | null;
  readonly in?: readonly Value[] | null;
  readonly notIn?: readonly Value[] | null;
  readonly contains?: string | null;
  readonly startsWith?: string | null;
  readonly gt?: Value | null;
  readonly gte?: Value | null;
  readonly lt?: Value | null;
  readonly lte?: Value | null;
  readonly isNull?: boolean | null;
}

/** One condition on a column, in Prisma's words. */
export interface ColumnCondition<Value> {
  equals?: Value;
  in?: Value[];
  contains?: string;
  startsWith?: string;
  gt?: Value;
  gte?: Value;
  lt?: Value;
  lte?: Value;
}

/** A column of a model: how a condition on it is written, and how that it has no value (where it can be so). */
export interface Column<Value, Where> {
  is(condition: ColumnCondition<Value>): Where;
  readonly empty?: Where;
}

/** How conditions of a model are put together. */
export interface Groups<Where> {
  and(parts: Where[]): Where;
  or(parts: Where[]): Where;
  not(part: Where): Where;
}

/** A `where` of any type: AND, OR, NOT beside what its fields have to be. */
export interface WhereGroup<Self> {
  readonly AND?: readonly Self[] | null;
  readonly OR?: readonly Self[] | null;
  readonly NOT?: Self | null;
}

/** Most values that one `in` or `notIn` may have, and most parts of an AND or OR. */
const maxListLength = 1000;

/**
 * Translates AND, OR and NOT around what `translateFields` makes of the fields. An empty AND holds for every row, an
 * empty OR for none.
 */
export function translateGroup<Self extends WhereGroup<Self>, Where>(
  where: Self,
  groups: Groups<Where>,
  translateFields: (where: Self) => Where[],
): Where {
  const translate = (part: Self): Where => translateGroup(part, groups, translateFields);
  const parts = translateFields(where);
  if (where.AND) parts.push(groups.and(checkLength('AND', where.AND).map(translate)));
  if (where.OR) parts.push(groups.or(checkLength('OR', where.OR).map(translate)));
  if (where.NOT) parts.push(groups.not(translate(where.NOT)));
  return groups.and(parts);
}

/**
 * Translates the words of one filter into conditions which must all hold. SQL knows a third truth value for rows without
 * a value; here such a row simply fails every comparison, so that `ne`, `notIn` and NOT keep it.
 *
 * @throws {RequestError} BAD_USER_INPUT when a list is too long.
 */
export function translateColumn<Value, Where>(
  words: FilterWords<Value> | null | undefined,
  column: Column<Value, Where>,
  groups: Groups<Where>,
): Where[] {
  if (!words) return [];
  const { empty } = column;
  const holds = (condition: ColumnCondition<Value>): Where =>
    empty === undefined ? column.is(condition) : groups.and([groups.not(empty), column.is(condition)]);
  const { positive, negative } = listConditions(words);
  const parts = [...positive.map(holds), ...negative.map((condition) => groups.not(holds(condition)))];
  if (isGiven(words.isNull)) {
    const none = empty ?? groups.or([]);
    parts.push(words.isNull ? none : groups.not(none));
  }
  return parts;
}

function listConditions<Value>(words: FilterWords<Value>) {
  const positive: ColumnCondition<Value>[] = [];
  const negative: ColumnCondition<Value>[] = [];
  if (isGiven(words.eq)) positive.push({ equals: words.eq });
  if (isGiven(words.ne)) negative.push({ equals: words.ne });
  if (isGiven(words.in)) positive.push({ in: checkLength('in', words.in) });
  if (isGiven(words.notIn)) negative.push({ in: checkLength('notIn', words.notIn) });
  if (isGiven(words.contains)) positive.push({ contains: words.contains });
  if (isGiven(words.startsWith)) positive.push({ startsWith: words.startsWith });
  if (isGiven(words.gt)) positive.push({ gt: words.gt });
  if (isGiven(words.gte)) positive.push({ gte: words.gte });
  if (isGiven(words.lt)) positive.push({ lt: words.lt });
  if (isGiven(words.lte)) positive.push({ lte: words.lte });
  return { positive, negative };
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

function checkLength<Value>(word: string, values: readonly Value[]): Value[] {
  if (values.length <= maxListLength) return [...values];
  throw new RequestError(
    'BAD_USER_INPUT',
    `"${word}" takes at most ${maxListLength} values: split the query`,
  );
}

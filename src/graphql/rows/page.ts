import { RowRef, type SqlTarget } from '../../store/sql/row-ref.ts';
import { all, type Sql } from '../../store/sql/sql.ts';
import { pageSize } from '../page-size.ts';
import { RequestError } from '../errors.ts';
import { turnRound, type Orders } from './order.ts';
import { isAfter, readCursor, type Position } from './position.ts';
import type { RowQuery } from './row-query.ts';

/** The page that a connection is asked for. */
export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** A list that is read in pages: one description for every way to read it. */
export interface PagedList<Args extends PageArguments, Values> {
  /** Prisma's name of the table. */
  readonly model: string;
  orders(args: Args): Orders;
  /**
   * Checks the arguments and picks what `where` needs of them.
   *
   * @throws {RequestError} BAD_USER_INPUT
   */
  read(args: Args): Values;
  /** What rows of the list fulfil. */
  where(values: Values, row: RowRef): Sql;
}

/** What is asked of a list. */
export interface AskedPage<Values> {
  readonly form: {
    readonly orders: Orders;
    /** Rows at most. */
    readonly size: number;
    /** Whether the page is at the end of what it is cut from. */
    readonly backward: boolean;
  };
  readonly values: {
    readonly list: Values;
    readonly after: Position | null;
    readonly before: Position | null;
  };
}

/** For whom a list is read. */
export interface PageReader {
  readonly target: SqlTarget;
  /** Whether any number of rows may be asked for, and all are meant when nothing is said. */
  readonly unlimited: boolean;
}

/** Rows of one page for who has no limit: more than there are. */
const allRows = 1_000_000;

/**
 * Reads what a page is asked for.
 *
 * @throws {RequestError} BAD_USER_INPUT when that makes no sense, or is more than is given at a time.
 */
export function readPage<Args extends PageArguments, Values>(
  list: PagedList<Args, Values>,
  args: Args,
  { target, unlimited }: PageReader,
): AskedPage<Values> {
  checkPage(args, unlimited);
  const orders = list.orders(args);
  const row = new RowRef(target, list.model, 't');
  const { first, last, after, before } = args;
  return {
    form: {
      orders,
      size: first ?? last ?? (unlimited ? allRows : pageSize.default),
      backward: isGiven(before) || isGiven(last),
    },
    values: {
      list: list.read(args),
      after: isGiven(after) ? readCursor(after, orders, row) : null,
      before: isGiven(before) ? readCursor(before, orders, row) : null,
    },
  };
}

function checkPage(args: PageArguments, unlimited: boolean): void {
  for (const name of ['first', 'last'] as const) {
    const size = args[name] ?? 0;
    if (size < 0 || (size > pageSize.max && !unlimited)) {
      throw new RequestError(
        'BAD_USER_INPUT',
        `"${name}" must be from 0 to ${pageSize.max}: ask for further pages by cursor`,
      );
    }
  }
  for (const [one, other] of exclusive) {
    if (isGiven(args[one]) && isGiven(args[other]))
      throw new RequestError('BAD_USER_INPUT', `"${one}" and "${other}" can not be used together`);
  }
}

const exclusive = [
  ['first', 'last'],
  ['after', 'before'],
  ['first', 'before'],
  ['last', 'after'],
] as const;

/** The rows of a page and one more, which tells that there are more; from the end for a page that is there. */
export function queryPage<Args extends PageArguments, Values>(
  list: PagedList<Args, Values>,
  { form: { orders, size, backward }, values }: AskedPage<Values>,
): RowQuery {
  return {
    model: list.model,
    where: (row) =>
      all([
        list.where(values.list, row),
        ...(values.after ? [isAfter(values.after, orders, row)] : []),
        ...(values.before ? [isAfter(values.before, turnRound(orders), row)] : []),
      ]),
    orders: backward ? turnRound(orders) : orders,
    limit: size + 1,
  };
}

/** A page as it is answered. */
export interface FoundPage<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Makes a page of what was found for `queryPage`. */
export function cutPage<Row>(
  found: readonly Row[],
  { form: { size, backward }, values }: AskedPage<unknown>,
): FoundPage<Row> {
  const more = found.length > size;
  const kept = more ? found.slice(0, size) : found;
  return {
    rows: backward ? kept.toReversed() : kept,
    hasNextPage: backward ? values.before !== null : more,
    hasPreviousPage: backward ? more : values.after !== null,
  };
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

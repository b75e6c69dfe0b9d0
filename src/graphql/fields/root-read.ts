import type { GraphQLField } from 'graphql';
import type { RowRef, SqlTarget } from '../../store/sql/row-ref.ts';
import type { Sql } from '../../store/sql/sql.ts';
import type { RowList } from '../rows/load-rows.ts';
import type { PageArguments, PagedList } from '../rows/page.ts';

/** One row, or all rows, of a list. */
export interface RowsRead<Args = never, Values = unknown> {
  readonly kind: 'one' | 'list';
  readonly list: RowList<Values>;
  /**
   * Checks the arguments and picks what the list needs of them.
   *
   * @throws {RequestError} BAD_USER_INPUT
   */
  read(args: Args): Values;
}

/** A page of a list. */
export interface PageRead {
  readonly kind: 'page';
  readonly list: PagedList<PageArguments, unknown>;
}

/** Whatever has a global id. */
export interface NodeRead {
  readonly kind: 'node';
}

/** What is wanted of rows besides their facts. */
export interface Wanted {
  /** Whether a field of this name is selected anywhere in the answer. */
  selects(field: string): boolean;
  /** What is written of each row. */
  write(row: RowRef): Sql;
}

/** Something that is arranged from facts of many rows. */
export interface ArrangedRead<Args = never, Values = unknown, Row = unknown, Source = unknown> {
  readonly kind: 'arranged';
  /**
   * The tables (by Prisma's names) that all facts are of, where it takes long to read them: they are kept until one of
   * these is written.
   */
  readonly keep?: readonly string[];
  /** @throws {RequestError} BAD_USER_INPUT */
  read(args: Args): Values;
  /** Writes the SELECT that gives, of each row, its `facts` as JSON and the text `written`; in any order. */
  select(values: Values, target: SqlTarget, wanted: Wanted): Sql;
  /** Reads what was written of a row. */
  parse(facts: unknown, target: SqlTarget): Row;
  /**
   * Whether a mistyped name may be why this was found, and no more: the resolver is to look.
   */
  isDoubtful?(rows: readonly Row[], values: Values): boolean;
  /** null when there is nothing. */
  arrange(rows: readonly Row[], values: Values): Source | null;
}

/**
 * How a field of Query is read. It stands in the extensions of the field beside its resolver, which goes by it as the
 * read planner does.
 */
export type RootRead = RowsRead | PageRead | NodeRead | ArrangedRead;

class Description {
  readonly read: RootRead;

  constructor(read: RootRead) {
    this.read = read;
  }
}

const extension = 'rootRead';

/** The extensions by which a field of Query says how it is read. */
export function describeRoot(read: RootRead): { readonly [extension]: unknown } {
  return { [extension]: new Description(read) };
}

/** How a field of Query is read; undefined when that is the business of its resolver alone. */
export function findRootRead({ extensions }: GraphQLField<unknown, unknown>): RootRead | undefined {
  const { [extension]: described } = extensions;
  return described instanceof Description ? described.read : undefined;
}

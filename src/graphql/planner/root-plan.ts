import type { GraphQLOutputType } from 'graphql';
import type { Sql } from '../../store/sql/sql.ts';
import type { SelectedField } from './collect-fields.ts';
import type { PlanScope } from './plan-scope.ts';

/** What a field of Query is asked. */
export interface Asked<Form = unknown, Values = unknown> {
  /** What the form of the statement depends on; as JSON it tells one form from another. */
  readonly form: Form;
  /** Strings, numbers, times and the like in it are given to the statement; all else is part of its form, too. */
  readonly values: Values;
}

/** A field of Query as it is planned. */
export interface RootField<Form = unknown, Values = unknown> {
  readonly type: GraphQLOutputType;
  readonly selected: SelectedField;
  /** With parameters in place of the values. */
  readonly asked: Asked<Form, Values>;
  readonly scope: PlanScope;
}

/** A row that a statement gave, by the names of its columns. */
export type Found = Readonly<Record<string, unknown>>;

/** How a field of Query is answered. */
export interface RootPlan {
  readonly statement: Sql;
  /** Whether what was found is kept, see `PlannedField`. */
  readonly keep?: readonly string[] | undefined;
  /** Makes the answer, as JSON, of what the statement gave; what stands between marks is finished later. */
  write(found: readonly Found[], values: unknown): string;
}

/** Stands between what is written of one row in several places; JSON has no such character. */
export const partMark = '\u0004';

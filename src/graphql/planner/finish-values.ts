import type { GraphQLField } from 'graphql';
import { asList } from '../../store/sql/json-value.ts';
import { readFact, type FactValue } from '../../store/sql/fact.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import type { ComputedRead, GatheredRead } from '../fields/field-read.ts';
import type { SelectedField } from './collect-fields.ts';
import type { Parts } from './parts.ts';
import type { PlanScope } from './plan-scope.ts';
import { writeValuesOf } from './write-value.ts';

/** A field as it is selected of a row. */
export interface RowField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly selected: SelectedField;
  readonly row: RowRef;
}

/** Works a value out of the columns of a row, which are written as a JSON list. */
export function finishComputed(
  { columns, compute }: ComputedRead,
  { field, selected, row }: RowField,
  written: Parts,
  { selecting, marks }: PlanScope,
): Parts | undefined {
  const write = writeValuesOf(field.type, selected, { selecting });
  if (!write) return undefined;
  const described = columns.map((name) => [name, row.describe(name)] as const);
  return marks.mark(selected, written, (text, now) => {
    const values = asList(JSON.parse(text));
    const facts: Record<string, FactValue> = {};
    for (const [place, [name, column]] of described.entries()) facts[name] = readFact(column, values[place]);
    return write(compute(facts, now));
  });
}

/** Works a value out of what was gathered of other rows, which is written as JSON. */
export function finishGathered(
  { finish }: GatheredRead,
  { field, selected }: RowField,
  written: Parts,
  { selecting, marks }: PlanScope,
): Parts | undefined {
  const write = writeValuesOf(field.type, selected, { selecting });
  return write && marks.mark(selected, written, (text) => write(finish(JSON.parse(text))));
}

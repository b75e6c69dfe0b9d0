import type { GraphQLObjectType } from 'graphql';
import { collectSubfields, type SelectedField, type Selecting } from './collect-fields.ts';

/**
 * Makes what writes an object of a type as JSON, field by field, each by what `write` makes for it. undefined when one is
 * not planned, and so the whole.
 */
export function writeObject<Shown>(
  type: GraphQLObjectType,
  selected: SelectedField,
  {
    selecting,
    write,
  }: { selecting: Selecting; write: (field: SelectedField) => ((shown: Shown) => string) | undefined },
): ((shown: Shown) => string) | undefined {
  const writers: ((shown: Shown) => string)[] = [];
  for (const field of collectSubfields(type, selected, selecting)) {
    const value = field.name === '__typename' ? () => `"${type.name}"` : write(field);
    if (!value) return undefined;
    writers.push((shown) => `"${field.key}":${value(shown)}`);
  }
  return (shown) => `{${writers.map((one) => one(shown)).join(',')}}`;
}

import { isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { GraphqlContext } from './context.ts';

/**
 * Lets fields that only show a column read it from the row that is there. Pothos' own resolver of such a field first
 * works out which columns were loaded, for each field of each row: most of the time of a list. It stays the way for
 * rows that were loaded without the column.
 */
export function shortenExposedFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) shortenField(field);
  }
  return schema;
}

function shortenField(field: GraphQLField<unknown, GraphqlContext>): void {
  const column = field.extensions['pothosExposedField'];
  const { resolve } = field;
  if (typeof column !== 'string' || !resolve) return;
  field.resolve = (row, args, context, info) => {
    const value = isRow(row) ? row[column] : undefined;
    return value === undefined ? resolve(row, args, context, info) : value;
  };
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

import {
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { z } from 'zod';
import { asList, asRecord } from '../../store/sql/json-value.ts';
import { findFieldRead } from '../fields/field-read.ts';
import { isPlainType } from '../fields/plain-type.ts';
import type { SelectedField, Selecting } from './collect-fields.ts';
import { LeaveAlone } from './marks.ts';
import { writeObject } from './write-object.ts';

/** Writes a value as JSON. @throws {LeaveAlone} where the resolvers would tell of an error. */
export type WriteValue = (value: unknown) => string;

/** What is known of a selection besides the selection itself. */
export interface ValueScope {
  readonly selecting: Selecting;
  /** Finds how rows of the store are written that values lead to; absent where none do. */
  readonly embed?: (type: GraphQLObjectType, selected: SelectedField) => WriteValue | undefined;
}

/**
 * Makes what writes values of a type, with what is selected of them, as the resolvers of plain types would have it.
 * undefined when more is selected than plain types: the whole is left alone.
 */
export function writeValuesOf(
  type: GraphQLOutputType,
  selected: SelectedField,
  scope: ValueScope,
): WriteValue | undefined {
  if (!isNonNullType(type)) return orNull(writePresent(type, selected, scope));
  const write = writePresent(type.ofType, selected, scope);
  return (
    write &&
    ((value) => {
      if (value === null || value === undefined) throw new LeaveAlone();
      return write(value);
    })
  );
}

function orNull(write: WriteValue | undefined): WriteValue | undefined {
  return write && ((value) => (value === null || value === undefined ? 'null' : write(value)));
}

/** Values that are neither null nor undefined. */
function writePresent(
  type: GraphQLOutputType,
  selected: SelectedField,
  scope: ValueScope,
): WriteValue | undefined {
  if (isListType(type)) {
    const write = writeValuesOf(type.ofType, selected, scope);
    return write && ((value) => `[${asList(value).map(write).join(',')}]`);
  }
  if (isLeafType(type)) return (value) => JSON.stringify(type.coerceOutputValue(value));
  if (!isObjectType(type)) return undefined;
  return isPlainType(type)
    ? writeObject(type, selected, {
        selecting: scope.selecting,
        write: (field) => writeField(type, field, scope),
      })
    : scope.embed?.(type, selected);
}

function writeField(
  type: GraphQLObjectType,
  selected: SelectedField,
  scope: ValueScope,
): WriteValue | undefined {
  const field = type.getFields()[selected.name];
  if (!field || field.args.length > 0) return undefined;
  const write = writeValuesOf(field.type, selected, scope);
  const resolve = findResolver(field);
  return write && ((object) => write(resolve(object)));
}

const resolver = z.custom<(object: unknown, args: object) => unknown>((value) => typeof value === 'function');

/** What a field of a plain type makes of its object: what it shows of it, or what its resolver works out. */
function findResolver(field: GraphQLField<unknown, unknown>): (object: unknown) => unknown {
  const read = findFieldRead(field);
  if (read?.kind === 'column' && read.none === undefined) return (object) => asRecord(object)[read.column];
  const resolve = resolver.parse(field.extensions['pothosOriginalResolve'] ?? field.resolve);
  return (object) => resolve(object, {});
}

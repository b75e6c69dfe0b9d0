import { encodeGlobalID } from '@pothos/plugin-relay';
import {
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLObjectType,
} from 'graphql';
import { writeFacts } from '../../store/sql/fact.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { all, sql } from '../../store/sql/sql.ts';
import {
  findFieldRead,
  type CountRead,
  type FieldRead,
  type LinkRead,
  type RelationRead,
} from '../fields/field-read.ts';
import { collectSubfields, type SelectedField } from './collect-fields.ts';
import { finishComputed, finishGathered, type RowField } from './finish-values.ts';
import { LeaveAlone } from './marks.ts';
import type { Parts } from './parts.ts';
import type { PlanScope } from './plan-scope.ts';
import { readRelationQuery } from './prisma-words.ts';
import { writeFirst, writeList, type ShownRows } from './select-rows.ts';
import { isShownAs, writeColumn, writeNumberOr } from './write-column.ts';

/** What is selected of a row. */
export interface SelectedRow {
  readonly type: GraphQLObjectType;
  readonly fields: readonly SelectedField[];
  readonly row: RowRef;
}

/** Writes what is selected of a row as JSON. undefined when a field is not described: the whole is left alone. */
export function writeRow({ type, fields, row }: SelectedRow, scope: PlanScope): Parts | undefined {
  const parts: Parts[number][] = ['{'];
  for (const [place, field] of fields.entries()) {
    const value = writeField({ type, row }, field, scope);
    if (!value) return undefined;
    parts.push(`${place === 0 ? '' : ','}"${field.key}":`, ...value);
  }
  return [...parts, '}'];
}

interface Owner {
  readonly type: GraphQLObjectType;
  readonly row: RowRef;
}

function writeField({ type, row }: Owner, selected: SelectedField, scope: PlanScope): Parts | undefined {
  if (selected.name === '__typename') return [`"${type.name}"`];
  const field = type.getFields()[selected.name];
  if (!field || field.args.length > 0) return undefined;
  const read = findFieldRead(field);
  if (read) return writeDescribed(read, { field, selected, row }, scope);
  return selected.name === 'id' && isNode(type) ? writeGlobalId(type, row, scope) : undefined;
}

function isNode(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Node');
}

function writeGlobalId({ name }: GraphQLObjectType, row: RowRef, { marks }: PlanScope): Parts {
  // Of a number it is made a few times faster: there are two hundred ids on some screens.
  const encode =
    row.describe('id').type === 'Int'
      ? (written: string) => btoa(`${name}:${written}`)
      : (written: string) => encodeGlobalID(name, String(JSON.parse(written)));
  return ['"', ...marks.mark(`id of ${name}`, writeColumn(row, 'id', marks), encode), '"'];
}

function writeDescribed(read: FieldRead, shown: RowField, scope: PlanScope): Parts | undefined {
  const { field, row } = shown;
  switch (read.kind) {
    case 'column':
      if (!isShownAs(row, read.column, getNamedType(field.type))) return undefined;
      return read.none === undefined
        ? writeColumn(row, read.column, scope.marks)
        : writeNumberOr(row.column(read.column), read.none);
    case 'relation':
      return writeRelated(read, shown, scope);
    case 'link':
      return writeLinked(read, shown, scope);
    case 'count':
      return writeCount(read, row);
    case 'computed':
      return finishComputed(read, shown, [writeFacts(row, read.columns)], scope);
    default:
      return finishGathered(read, shown, [read.write(row)], scope);
  }
}

function writeCount({ relation, where }: CountRead, row: RowRef): Parts {
  const { other, condition } = row.follow(relation);
  const counted = all([condition, readRelationQuery({ where }).where(other)]);
  return [sql`(SELECT count(*) FROM ${other.from} WHERE ${counted})`];
}

function writeRelated(
  { relation, query }: RelationRead,
  shown: RowField,
  scope: PlanScope,
): Parts | undefined {
  const { other, condition } = shown.row.follow(relation);
  const { where, orders, limit } = readRelationQuery(query);
  return writeShown({ row: other, where: all([condition, where(other)]), orders, limit }, shown, scope);
}

function writeLinked(
  { model, where, orders }: LinkRead,
  shown: RowField,
  scope: PlanScope,
): Parts | undefined {
  const row = shown.row.beside(model);
  return writeShown({ row, where: where(row, shown.row), orders }, shown, scope);
}

function writeShown(rows: ShownRows, { field, selected }: RowField, scope: PlanScope): Parts | undefined {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return undefined;
  const fields = collectSubfields(type, selected, scope.selecting);
  const one = writeRow({ type, fields, row: rows.row }, scope);
  if (!one) return undefined;
  if (isListType(getNullableType(field.type))) return writeList(rows, one);
  return writeFirst(rows, one, isNonNullType(field.type) ? refuseNull(scope) : ['null']);
}

/** What must be there and is not is an error, which the resolvers tell. */
function refuseNull({ marks }: PlanScope): Parts {
  return marks.mark('missing', [], () => {
    throw new LeaveAlone();
  });
}

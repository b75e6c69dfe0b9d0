import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { z } from 'zod';
import { RowRef } from '../../store/sql/row-ref.ts';
import { raw, sql, type Sql } from '../../store/sql/sql.ts';
import { rowMark } from '../fields/resolve-arranged.ts';
import type { PageRead } from '../fields/root-read.ts';
import { cutPage, queryPage, type AskedPage, type FoundPage } from '../rows/page.ts';
import { writeCursor, writePosition } from '../rows/position.ts';
import { writeCount, writeRowQuery } from '../rows/row-query.ts';
import { collectSubfields, type SelectedField } from './collect-fields.ts';
import { joinParts, type Parts } from './parts.ts';
import type { PlanScope } from './plan-scope.ts';
import { partMark, type RootField, type RootPlan } from './root-plan.ts';
import { writeObject } from './write-object.ts';
import { writeRow } from './write-row.ts';

/** A page that was found: of each row what was written of it, its position last. */
interface WrittenPage extends FoundPage<readonly string[]> {
  readonly total: number;
}

type WritePage = (page: WrittenPage) => string;

/** Collects what a statement has to write of each row of a page, and whether it has to count. */
class PageColumns {
  readonly row: RowRef;
  readonly scope: PlanScope;
  readonly parts: Parts[] = [];
  hasPositions = false;
  hasRows = false;
  hasTotal = false;

  constructor(row: RowRef, scope: PlanScope) {
    this.row = row;
    this.scope = scope;
  }

  /** Has rows written as objects of a type; returns the place of their texts. */
  add(type: GraphQLObjectType, selected: SelectedField): number | undefined {
    const fields = collectSubfields(type, selected, this.scope.selecting);
    const parts = writeRow({ type, fields, row: this.row }, this.scope);
    this.hasRows = true;
    return parts && this.parts.push(parts) - 1;
  }
}

/** Plans a connection: the statement writes its rows and their positions, and counts, as far as that is selected. */
export function planPage(
  { list }: PageRead,
  { type, selected, asked, scope }: RootField<AskedPage<unknown>['form'], AskedPage<unknown>['values']>,
): RootPlan | undefined {
  const connection = getNamedType(type);
  if (!isObjectType(connection)) return undefined;
  const columns = new PageColumns(new RowRef(scope.target, list.model, 't'), scope);
  const write = writeObject(connection, selected, {
    selecting: scope.selecting,
    write: (field) => writeConnectionField(connection, field, columns),
  });
  if (!write) return undefined;
  const statement = sql`SELECT ${selectRows(columns, list, asked)} AS found, ${selectTotal(columns, list, asked)} AS total`;
  return {
    statement,
    write: (found, values) =>
      write(readPage(answer.parse(found)[0], { ...asked, values: pageValues.parse(values) })),
  };
}

const answer = z.tuple([z.object({ found: z.string().nullable(), total: z.coerce.number() })]);
const pageValues = z.custom<AskedPage<unknown>['values']>();

function selectRows(columns: PageColumns, list: PageRead['list'], asked: AskedPage<unknown>): Sql {
  if (!columns.hasRows) return sql`NULL`;
  const { orders } = asked.form;
  const rows = writeRowQuery(queryPage(list, asked), columns.scope.target, (row) => {
    const position: Parts = columns.hasPositions ? [writePosition(orders, row)] : [];
    const parts = columns.parts.flatMap((part) => [...part, partMark]);
    return sql`${joinParts([...parts, ...position])} AS one`;
  });
  return sql`(SELECT string_agg(one, ${raw(`'${rowMark}'`)}) FROM (${rows}) AS page)`;
}

function selectTotal(
  { hasTotal, scope }: PageColumns,
  { model, where }: PageRead['list'],
  asked: AskedPage<unknown>,
): Sql {
  if (!hasTotal) return sql`0`;
  return sql`(${writeCount({ model, where: (row) => where(asked.values.list, row) }, scope.target)})`;
}

function readPage({ found, total }: z.output<typeof answer>[0], asked: AskedPage<unknown>): WrittenPage {
  const rows = found === null ? [] : found.split(rowMark).map((one) => one.split(partMark));
  return { ...cutPage(rows, asked), total };
}

function writeConnectionField(
  connection: GraphQLObjectType,
  field: SelectedField,
  columns: PageColumns,
): WritePage | undefined {
  const type = getNamedType(connection.getFields()[field.name]?.type);
  if (field.name === 'totalCount') {
    columns.hasTotal = true;
    return ({ total }) => String(total);
  }
  if (!isObjectType(type)) return undefined;
  if (field.name === 'nodes') {
    const place = columns.add(type, field);
    return place === undefined ? undefined : ({ rows }) => `[${rows.map((row) => row[place]).join(',')}]`;
  }
  if (field.name === 'edges') return writeEdges(type, field, columns);
  return field.name === 'pageInfo' ? writePageInfo(type, field, columns) : undefined;
}

function writeEdges(
  type: GraphQLObjectType,
  selected: SelectedField,
  columns: PageColumns,
): WritePage | undefined {
  columns.hasRows = true;
  const write = writeObject<readonly string[]>(type, selected, {
    selecting: columns.scope.selecting,
    write: (field) => {
      if (field.name === 'cursor') {
        columns.hasPositions = true;
        return (row) => `"${writeCursor(row.at(-1) ?? '')}"`;
      }
      const shown = getNamedType(type.getFields()[field.name]?.type);
      if (field.name !== 'node' || !isObjectType(shown)) return undefined;
      const place = columns.add(shown, field);
      return place === undefined ? undefined : (row) => row[place] ?? '';
    },
  });
  return write && (({ rows }) => `[${rows.map(write).join(',')}]`);
}

function writePageInfo(
  type: GraphQLObjectType,
  selected: SelectedField,
  columns: PageColumns,
): WritePage | undefined {
  return writeObject<WrittenPage>(type, selected, {
    selecting: columns.scope.selecting,
    write: ({ name }) => {
      columns.hasRows = true;
      if (name === 'hasNextPage') return ({ hasNextPage }) => String(hasNextPage);
      if (name === 'hasPreviousPage') return ({ hasPreviousPage }) => String(hasPreviousPage);
      columns.hasPositions = true;
      if (name === 'startCursor') return ({ rows }) => writeCursorOf(rows[0]);
      return name === 'endCursor' ? ({ rows }) => writeCursorOf(rows.at(-1)) : undefined;
    },
  });
}

function writeCursorOf(row: readonly string[] | undefined): string {
  return row ? `"${writeCursor(row.at(-1) ?? '')}"` : 'null';
}

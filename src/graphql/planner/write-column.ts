import { isEnumType, isScalarType, type GraphQLNamedType } from 'graphql';
import { readFact, readTime, timeFormat, writeFacts } from '../../store/sql/fact.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { asList } from '../../store/sql/json-value.ts';
import { raw, sql, type Sql } from '../../store/sql/sql.ts';
import { LeaveAlone, type Marks } from './marks.ts';
import type { Parts } from './parts.ts';

/** Columns of these types are shown by fields of types that write them the same way. */
const shownAs: Readonly<Record<string, readonly string[]>> = {
  Int: ['Int', 'Float'],
  Float: ['Float'],
  String: ['String', 'ID'],
  Boolean: ['Boolean'],
  BigInt: ['BigInt'],
  DateTime: ['DateTime'],
};

/** Whether a column can be written as a field of a type shows it. */
export function isShownAs(row: RowRef, name: string, type: GraphQLNamedType): boolean {
  const column = row.describe(name);
  if (column.isEnum) return isEnumType(type) && type.getValues().every((one) => one.name === one.value);
  return isScalarType(type) && (shownAs[column.type]?.includes(type.name) ?? false);
}

/** Writes a column as the answer has it, as JSON. */
export function writeColumn(row: RowRef, name: string, marks: Marks): Parts {
  const column = row.column(name);
  const { type, isEnum, nullable } = row.describe(name);
  if (isEnum) return nullable ? [orNull(sql`'"' || ${asText(column)} || '"'`)] : ['"', column, '"'];
  switch (type) {
    case 'Int':
      return [nullable ? orNull(asText(column)) : column];
    case 'String':
      return [writeText(row, column, nullable)];
    case 'Boolean':
      return [writeBoolean(column, nullable)];
    case 'BigInt':
      return [writeBigInt(column)];
    case 'DateTime':
      return [writeTime(row, name, marks)];
    default:
      return marks.mark('float', [writeFacts(row, [name])], finishFloat);
  }
}

/** Writes a whole number, or null where it is the one that stands for no value. */
export function writeNumberOr(column: Sql, none: number): Parts {
  return [orNull(asText(sql`nullif(${column}, ${raw(String(none))})`))];
}

function finishFloat(written: string): string {
  const [value] = asList(JSON.parse(written));
  return JSON.stringify(readFact({ type: 'Float' }, value));
}

function writeBoolean(column: Sql, nullable: boolean): Sql {
  return nullable
    ? sql`CASE WHEN ${column} THEN 'true' WHEN ${column} IS NULL THEN 'null' ELSE 'false' END`
    : sql`CASE WHEN ${column} THEN 'true' ELSE 'false' END`;
}

function asText(column: Sql): Sql {
  return sql`CAST(${column} AS TEXT)`;
}

function orNull(text: Sql): Sql {
  return sql`coalesce(${text}, 'null')`;
}

function writeText(row: RowRef, column: Sql, nullable: boolean): Sql {
  if (row.target.provider === 'sqlite') return sql`json_quote(${column})`;
  return nullable ? orNull(asText(sql`to_json(${column})`)) : sql`to_json(${column})`;
}

/** As the scalar does: a number as long as JavaScript's are exact, else a text. */
function writeBigInt(column: Sql): Sql {
  return sql`CASE WHEN ${column} IS NULL THEN 'null'
    WHEN ${column} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${asText(column)} ELSE '"' || ${column} || '"' END`;
}

/** Prisma stores times in SQLite as `2024-01-15T10:30:00.000+00:00`; what others wrote in another form is finished later. */
function writeTime(row: RowRef, name: string, marks: Marks): Sql {
  const column = row.column(name);
  if (row.target.provider !== 'sqlite') return orNull(sql`'"' || to_char(${column}, ${timeFormat}) || '"'`);
  const other = marks.markSql('time', sql`json_quote(${column})`, finishTime);
  return sql`CASE WHEN instr(${column}, '+00:00') = 24 THEN '"' || substr(${column}, 1, 23) || 'Z"'
    WHEN ${column} IS NULL THEN 'null' ELSE ${other} END`;
}

function finishTime(written: string): string {
  const time = readTime(JSON.parse(written));
  if (Number.isNaN(time.getTime())) throw new LeaveAlone();
  return JSON.stringify(time);
}

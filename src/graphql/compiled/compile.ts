import {
  getArgumentValues,
  getVariableValues,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { z } from 'zod';
import { pageSize } from '../builder.ts';
import type { TemplateWhereShape } from '../filters/template-where.ts';
import { checkSize } from '../filters/where-size.ts';
import { RequestError } from '../errors.ts';
import { readRowId } from '../row-id.ts';
import { unwritable } from './column-json.ts';
import { translateToSql, type SqlCondition } from './sql-where.ts';
import { nameTable, writeTemplateJson } from './template-json.ts';
import type { TemplateRows } from './template-rows.ts';

/**
 * Answers an operation with variables as JSON text, or leaves it (undefined) to the general executor: where the
 * arguments ask for more than is compiled, and wherever an error is to be told.
 */
export type CompiledOperation = (variables: Record<string, unknown>) => string | undefined;

/** What operations are compiled for. */
export interface CompileOptions {
  readonly schema: GraphQLSchema;
  readonly reader: TemplateRows;
}

/** One root field: the key of its answer and how it is made. */
interface CompiledField {
  readonly key: string;
  readonly node: FieldNode;
  answer(args: Record<string, unknown>): string | undefined;
}

/**
 * Compiles a query of the commonest form: `templates` by page and `template` by id, with columns, replicas and sources.
 * undefined when it has another form. Answers are those of the general executor, text for text; a test compares them.
 */
export function compileOperation(
  document: DocumentNode,
  options: CompileOptions,
): CompiledOperation | undefined {
  const [operation, ...fragments] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || fragments.length > 0) return undefined;
  if (operation.operation !== OperationTypeNode.QUERY || operation.directives?.length) return undefined;
  const fields: CompiledField[] = [];
  for (const node of operation.selectionSet.selections) {
    if (node.kind !== Kind.FIELD || node.directives?.length) return undefined;
    const field = compileField(node, options.reader);
    if (!field || fields.some(({ key }) => key === field.key)) return undefined;
    fields.push(field);
  }
  return (variables) => answerFields({ operation, fields }, variables, options.schema);
}

function answerFields(
  { operation, fields }: { operation: OperationDefinitionNode; fields: readonly CompiledField[] },
  variables: Record<string, unknown>,
  schema: GraphQLSchema,
): string | undefined {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const definitions = schema.getQueryType()?.getFields();
  if (coerced.errors || !definitions) return undefined;
  const answers: string[] = [];
  for (const { key, node, answer } of fields) {
    const definition = definitions[node.name.value];
    const text = definition && answer(getArgumentValues(definition, node, coerced.variableValues));
    if (text === undefined) return undefined;
    answers.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{"data":{${answers.join(',')}}}`;
}

function compileField(node: FieldNode, reader: TemplateRows): CompiledField | undefined {
  const key = node.alias?.value ?? node.name.value;
  if (node.name.value === 'template') {
    const row = writeTemplateJson(node.selectionSet);
    return row === undefined ? undefined : { key, node, answer: ({ id }) => answerOne(reader, row, id) };
  }
  if (node.name.value !== 'templates') return undefined;
  const page = compilePage(node);
  return page && { key, node, answer: (args) => answerPage(reader, page, args) };
}

/** What is asked of a page: its nodes, under a key. */
interface CompiledPage {
  readonly key: string;
  /** Writes one node. */
  readonly row: string;
}

/** A page is answered when nothing but its nodes is asked for. */
function compilePage(page: FieldNode): CompiledPage | undefined {
  const [nodes, ...others] = page.selectionSet?.selections ?? [];
  if (nodes?.kind !== Kind.FIELD || others.length > 0 || nodes.name.value !== 'nodes') return undefined;
  const row = nodes.directives?.length ? undefined : writeTemplateJson(nodes.selectionSet);
  return row === undefined ? undefined : { key: nodes.alias?.value ?? 'nodes', row };
}

function answerOne(reader: TemplateRows, row: string, id: unknown): string | undefined {
  const [, inner] = /^Template:(\d+)$/.exec(decode(id)) ?? [];
  if (inner === undefined) return undefined;
  const condition = { sql: 'id = ?', values: [readRowId(inner)] };
  const rows = readTemplates(reader, row, { condition, limit: 1 });
  return rows === '' ? 'null' : rows;
}

function decode(id: unknown): string {
  return typeof id === 'string' ? Buffer.from(id, 'base64').toString('utf8') : '';
}

const whereArgument = z.custom<TemplateWhereShape>((where) => typeof where === 'object' && where !== null);

function answerPage(
  reader: TemplateRows,
  { key, row }: CompiledPage,
  { first, where, ...others }: Record<string, unknown>,
): string | undefined {
  const limit = first ?? pageSize.default;
  if (typeof limit !== 'number' || limit < 0 || limit > pageSize.max) return undefined;
  if (!Object.values(others).every(asksNothing)) return undefined;
  const condition = isNone(where) ? { sql: '1', values: [] } : translateChecked(whereArgument.parse(where));
  const rows = condition && readTemplates(reader, row, { condition, limit });
  return rows === undefined ? undefined : `{${JSON.stringify(key)}:[${rows}]}`;
}

/** Whether a cursor is not given, or an order is empty. */
function asksNothing(argument: unknown): boolean {
  return isNone(argument) || (Array.isArray(argument) && argument.length === 0);
}

function isNone(argument: unknown): argument is null | undefined {
  return argument === null || argument === undefined;
}

/** Which templates are read: by id, and not more than `limit`. */
interface TemplateRange {
  readonly condition: SqlCondition;
  readonly limit: number;
}

/** Templates as JSON, with commas between them; undefined when one holds what SQLite does not write. */
function readTemplates(reader: TemplateRows, row: string, range: TemplateRange): string | undefined {
  const { condition, limit } = range;
  const table = nameTable(0);
  // The limit stands in the text: SQLite plans a statement anew whenever another value is bound to its LIMIT.
  const sql = `SELECT ${row} FROM templates ${table} WHERE ${condition.sql} ORDER BY ${table}.id LIMIT ${limit}`;
  const rows = reader.read(sql, condition.values).join(',');
  return rows.includes(unwritable) ? undefined : rows;
}

/** A filter that is refused is left to the general executor, which says why. */
function translateChecked(where: TemplateWhereShape): SqlCondition | undefined {
  try {
    checkSize(where);
    return translateToSql(where);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

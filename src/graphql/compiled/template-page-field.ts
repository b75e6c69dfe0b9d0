import type { FieldNode } from 'graphql';
import { z } from 'zod';
import { pageSize } from '../builder.ts';
import { RequestError } from '../errors.ts';
import { checkFilter } from '../filters/check-filter.ts';
import type { Where } from '../filters/describe-filter.ts';
import { templateFilter } from '../filters/template-where.ts';
import type { AnswerField } from './answer-field.ts';
import { readPlainFields } from './read-fields.ts';
import { translateToSql, type SqlCondition } from './sql-where.ts';
import { writeTemplateJson } from './template-json.ts';
import { readTemplates, type TemplateRows } from './template-rows.ts';

/** Compiles `templates`, for clients that ask for nothing but its nodes. */
export function compileTemplatePage(node: FieldNode, reader: TemplateRows): AnswerField | undefined {
  const page = compilePage(node);
  return page && ((args) => answerPage(reader, page, args));
}

/** What is asked of a page: its nodes, under a key. */
interface CompiledPage {
  readonly key: string;
  /** Writes one node. */
  readonly row: string;
}

/** A page is answered when nothing but its nodes is asked for. */
function compilePage(page: FieldNode): CompiledPage | undefined {
  const [nodes, ...others] = readPlainFields(page.selectionSet) ?? [];
  if (nodes?.field.name.value !== 'nodes' || others.length > 0) return undefined;
  const row = writeTemplateJson(nodes.field.selectionSet);
  return row === undefined ? undefined : { key: nodes.key, row };
}

const whereArgument = z.custom<Where>((where) => typeof where === 'object' && where !== null);

function answerPage(
  reader: TemplateRows,
  { key, row }: CompiledPage,
  { first, where, ...others }: Record<string, unknown>,
): string | undefined {
  const limit = first ?? pageSize.default;
  if (typeof limit !== 'number' || limit < 0 || limit > pageSize.max) return undefined;
  if (!Object.values(others).every(asksNothing)) return undefined;
  const condition = isNone(where)
    ? { sql: '1', values: [] }
    : translateChecked(whereArgument.parse(where), reader);
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

/** A filter that is refused is left to the general executor, which says why. */
function translateChecked(where: Where, { target }: TemplateRows): SqlCondition | undefined {
  try {
    checkFilter(where, templateFilter);
    return translateToSql(where, target);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

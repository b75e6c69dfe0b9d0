import type { FieldNode } from 'graphql';
import { readRowId } from '../row-id.ts';
import type { AnswerField } from './answer-field.ts';
import { writeTemplateJson } from './template-json.ts';
import { readTemplates, type TemplateRows } from './template-rows.ts';

/** Compiles `template(id)`. */
export function compileTemplate(node: FieldNode, reader: TemplateRows): AnswerField | undefined {
  const row = writeTemplateJson(node.selectionSet);
  if (row === undefined) return undefined;
  return ({ id }) => {
    const [, inner] = /^Template:(\d+)$/.exec(decode(id)) ?? [];
    if (inner === undefined) return undefined;
    const condition = { sql: 'id = ?', values: [readRowId(inner)] };
    const rows = readTemplates(reader, row, { condition, limit: 1 });
    return rows === '' ? 'null' : rows;
  };
}

function decode(id: unknown): string {
  return typeof id === 'string' ? Buffer.from(id, 'base64').toString('utf8') : '';
}

import type { FieldNode, SelectionSetNode } from 'graphql';
import { columnJson } from './column-json.ts';
import { readPlainFields } from './read-fields.ts';

/** The relations of a template that are written, and how many of them may lie within each other. */
const relations = { replicas: writeReplicas, source: writeSource } as const;
const maxLevel = 1;

/**
 * Writes what is selected of a template as an SQL expression that gives it as JSON text. undefined when it is more than
 * columns, replicas and source.
 */
export function writeTemplateJson(set: SelectionSetNode | undefined, level = 0): string | undefined {
  return writeObject(set, (field) => writeField(field, level));
}

/**
 * Writes an object as an SQL expression that gives it as JSON text, each field by an expression for its value. undefined
 * when a field has none, and for fragments, directives, arguments and the same key twice.
 */
export function writeObject(
  set: SelectionSetNode | undefined,
  writeValue: (field: FieldNode) => string | undefined,
): string | undefined {
  const fields = set && readPlainFields(set);
  if (!fields) return undefined;
  const parts: string[] = [];
  for (const { key, field } of fields) {
    const value = writeValue(field);
    if (value === undefined) return undefined;
    parts.push(`'${parts.length === 0 ? '{' : ','}"${key}":', ${value}`);
  }
  return `concat(${parts.join(', ')}, '}')`;
}

/** The name that a template's row has in SQL; relations of it have the next one. */
export function nameTable(level: number): string {
  return `t${level}`;
}

function writeField({ name: { value: name }, selectionSet }: FieldNode, level: number): string | undefined {
  if (name === 'replicas' || name === 'source') {
    const row = level < maxLevel ? writeTemplateJson(selectionSet, level + 1) : undefined;
    return row && relations[name](row, nameTable(level), nameTable(level + 1));
  }
  return Object.hasOwn(columnJson, name) ? columnJson[name]?.(nameTable(level)) : undefined;
}

function writeReplicas(row: string, source: string, replica: string): string {
  const rows = `SELECT group_concat(${row}, ',' ORDER BY ${replica}.id) FROM templates ${replica}
    WHERE ${replica}.is_replica = 1 AND ${replica}.source_vmid = ${source}.proxmox_vmid
      AND ${replica}.cluster_ip IS ${source}.cluster_ip`;
  return `concat('[', (${rows}), ']')`;
}

function writeSource(row: string, replica: string, source: string): string {
  const first = `SELECT ${row} FROM templates ${source}
    WHERE ${source}.is_replica = 0 AND ${source}.proxmox_vmid = ${replica}.source_vmid
      AND ${source}.cluster_ip IS ${replica}.cluster_ip
    ORDER BY ${source}.id LIMIT 1`;
  return `ifnull((${first}), 'null')`;
}

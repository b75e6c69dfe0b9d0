import {
  translateTemplateColumns,
  type TemplateColumns,
  type TemplateWhereShape,
} from '../filters/template-where.ts';
import { translateGroup, type Column, type ColumnCondition, type Groups } from '../filters/translate.ts';

/** A condition in SQLite's words with the values of its `?`. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export type SqlValue = string | number | bigint;

const sqlGroups: Groups<SqlCondition> = {
  and: (parts) => join(parts, ' AND ', '1'),
  or: (parts) => join(parts, ' OR ', '0'),
  not: ({ sql, values }) => ({ sql: `NOT ${sql}`, values }),
};

const columns: TemplateColumns<SqlCondition> = {
  databaseId: column('id', asIs),
  name: column('name', asIs),
  vmid: column('proxmox_vmid', asIs),
  clusterIp: nullable('cluster_ip', asIs),
  clusterId: nullable('cluster_id', asIs),
  node: nullable('node', asIs),
  kind: column('kind', asIs),
  state: column('state', asIs),
  isReplica: column('is_replica', Number),
  isClassTemplate: column('is_class_template', Number),
  sourceVmid: nullable('source_vmid', asIs),
  sourceNode: nullable('source_node', asIs),
  classId: nullable('class_id', asIs),
  diskBytes: nullable('disk_bytes', asIs),
  onSharedStorage: nullable('on_shared_storage', Number),
  createdAt: column('created_at', writeTime),
  lastVerifiedAt: nullable('last_verified_at', writeTime),
  missingSince: nullable('missing_since', writeTime),
};

/** Translates a template filter for SQLite; undefined when it speaks of relations, which Prisma has to resolve. */
export function translateToSql(where: TemplateWhereShape): SqlCondition | undefined {
  let speaksOfRelations = false;
  const condition = translateGroup(where, sqlGroups, (part) => {
    if (part.cluster || part.class || part.source || part.nodeState) speaksOfRelations = true;
    return translateTemplateColumns(part, columns, sqlGroups);
  });
  return speaksOfRelations ? undefined : condition;
}

function join(parts: readonly SqlCondition[], word: string, empty: string): SqlCondition {
  if (parts.length === 0) return { sql: empty, values: [] };
  return {
    sql: `(${parts.map(({ sql }) => sql).join(word)})`,
    values: parts.flatMap(({ values }) => values),
  };
}

function column<Value>(name: string, write: (value: Value) => SqlValue): Column<Value, SqlCondition> {
  return { is: (condition) => join(listConditions(name, condition, write), ' AND ', '1') };
}

function nullable<Value>(name: string, write: (value: Value) => SqlValue): Column<Value, SqlCondition> {
  return { ...column(name, write), empty: { sql: `(${name} IS NULL)`, values: [] } };
}

function listConditions<Value>(
  name: string,
  condition: ColumnCondition<Value>,
  write: (value: Value) => SqlValue,
): SqlCondition[] {
  const conditions: SqlCondition[] = [];
  const compare = (sign: string, value: Value | undefined) => {
    if (value !== undefined) conditions.push({ sql: `${name} ${sign} ?`, values: [write(value)] });
  };
  compare('=', condition.equals);
  compare('>', condition.gt);
  compare('>=', condition.gte);
  compare('<', condition.lt);
  compare('<=', condition.lte);
  if (condition.in) {
    const marks = condition.in.map(() => '?').join(',');
    conditions.push({ sql: `${name} IN (${marks})`, values: condition.in.map(write) });
  }
  if (condition.contains !== undefined)
    conditions.push({ sql: `${name} LIKE ?`, values: [`%${condition.contains}%`] });
  if (condition.startsWith !== undefined)
    conditions.push({ sql: `${name} LIKE ?`, values: [`${condition.startsWith}%`] });
  return conditions;
}

function asIs<Value extends SqlValue>(value: Value): Value {
  return value;
}

/** As Prisma's adapter stores times, so that texts compare like times. */
function writeTime(at: Date): string {
  return at.toISOString().replace('Z', '+00:00');
}

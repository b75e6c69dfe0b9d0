import { RowRef, type SqlTarget } from '../../store/sql/row-ref.ts';
import type { Sql } from '../../store/sql/sql.ts';
import { writeWhere, type Where } from '../filters/describe-filter.ts';
import { templateFilter } from '../filters/template-where.ts';
import { distributionRows, type DistributionArguments } from '../reads/find-distribution.ts';
import { nameTable } from './template-json.ts';

/** A condition in SQLite's words with the values of its `?`. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export type SqlValue = string | number | bigint;

/** Translates a template filter for SQLite. */
export function translateToSql(where: Where, target: SqlTarget): SqlCondition {
  return bind(writeWhere(where, nameRow(target), templateFilter));
}

/** Which rows a distribution is made of, for SQLite. */
export function translateDistribution(wanted: DistributionArguments, target: SqlTarget): SqlCondition {
  return bind(distributionRows.where(wanted, nameRow(target)));
}

function nameRow(target: SqlTarget): RowRef {
  return new RowRef(target, 'Template', nameTable(0));
}

function bind({ sql, values }: Sql): SqlCondition {
  return { sql, values: values.map(bindValue) };
}

function bindValue(value: unknown): SqlValue {
  if (value instanceof Date) return value.toISOString().replace('Z', '+00:00');
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  throw new TypeError('a value that SQLite does not take');
}

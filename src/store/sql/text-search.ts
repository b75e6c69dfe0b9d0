import type { RowRef } from './row-ref.ts';
import { raw, sql, type Sql, type SqlValue } from './sql.ts';

/**
 * Where a column has a text, from 1; 0 where it has not. Upper and lower case are the same (of ASCII letters; PostgreSQL
 * knows those of its locale), and no character stands for others.
 */
export function findText(row: RowRef, column: string, text: SqlValue): Sql {
  const find = row.target.provider === 'sqlite' ? raw('instr') : raw('strpos');
  return sql`${find}(lower(${row.column(column)}), lower(${text}))`;
}

import type { RowRef } from '../../store/sql/row-ref.ts';
import { sql, type Sql, type SqlValue } from '../../store/sql/sql.ts';

/** What rows fulfil that have these values in the columns of these names (Prisma's); one that is not given is left aside. */
export function equalColumns(
  values: Readonly<Record<string, SqlValue | null | undefined>>,
  row: RowRef,
): Sql[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [sql`${row.column(name)} = ${value}`],
  );
}

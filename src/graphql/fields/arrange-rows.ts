import { z } from 'zod';
import { asList } from '../../store/sql/json-value.ts';
import { readFact, writeFacts, type FactValue } from '../../store/sql/fact.ts';
import { RowRef } from '../../store/sql/row-ref.ts';
import { sql, type Sql } from '../../store/sql/sql.ts';
import type { RowList } from '../rows/load-rows.ts';
import type { ArrangedRead } from './root-read.ts';

/** How rows of a list are read and arranged, by id. */
interface Arrangement<Args, Values, Row, Source> {
  /** Columns that are read of each row, by Prisma's names. */
  readonly columns: readonly (keyof Row & string)[];
  /** What else is known of each row, true or false, by the names that it is put under. */
  readonly conditions?: Readonly<Record<string, (row: RowRef, values: Values) => Sql>>;
  /** @throws {RequestError} BAD_USER_INPUT */
  read(args: Args): Values;
  isDoubtful?(rows: readonly Row[], values: Values): boolean;
  arrange(rows: readonly Row[], values: Values): Source | null;
}

/** Describes something that is arranged from columns of the rows of a list. */
export function arrangeRows<Args, Values, Row extends { readonly id: number }, Source>(
  list: RowList<Values>,
  { columns, conditions = {}, read, isDoubtful, arrange }: Arrangement<Args, Values, Row, Source>,
): ArrangedRead<Args, Values, Row, Source> {
  const names = [...columns, ...Object.keys(conditions)];
  const parsed = z.custom<Row>();
  return {
    kind: 'arranged',
    read,
    isDoubtful,
    select: (values, target, { write }) => {
      const row = new RowRef(target, list.model, 't');
      const known = Object.values(conditions).map((condition) => condition(row, values));
      return sql`SELECT ${writeFacts(row, columns, known)} AS facts, ${write(row)} AS written
        FROM ${row.from} WHERE ${list.where(values, row)}`;
    },
    parse: (facts, { tables }) => {
      const table = tables.get(list.model);
      const row: Record<string, FactValue> = {};
      for (const [place, value] of asList(facts).entries()) {
        const name = names[place] ?? '';
        row[name] = readFact(table?.columns.get(name) ?? { type: 'Boolean' }, value);
      }
      return parsed.parse(row);
    },
    // Sorted here: SQLite takes longer to make ready for that than for all else.
    arrange: (rows, values) => arrange(rows.toSorted(byId), values),
  };
}

function byId(left: { readonly id: number }, right: { readonly id: number }): number {
  return left.id - right.id;
}

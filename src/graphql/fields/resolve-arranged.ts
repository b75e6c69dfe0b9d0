import { z } from 'zod';
import { asList } from '../../store/sql/json-value.ts';
import { raw, sql, type Sql } from '../../store/sql/sql.ts';
import type { SqlTarget } from '../../store/sql/row-ref.ts';
import type { Store } from '../../store/store.ts';
import type { ArrangedRead } from './root-read.ts';

const arrangedRow = z.tuple([z.object({ facts: z.string(), written: z.string().nullable() })]);

const everyField = { selects: () => true, write: () => sql`''` };

/** Reads the facts of many rows by one statement, and arranges them. */
export async function resolveArranged<Args, Values, Row, Source>(
  read: ArrangedRead<Args, Values, Row, Source>,
  args: Args,
  store: Store,
): Promise<Source | null> {
  const values = read.read(args);
  const statement = collectRows(read.select(values, store, everyField));
  const [{ facts }] = arrangedRow.parse(await store.prisma.$queryRaw(statement));
  return read.arrange(parseFacts(read, facts, store), values);
}

/** Reads the facts of all rows from what `collectRows` gave. */
export function parseFacts<Row>(
  read: Pick<ArrangedRead<never, unknown, Row>, 'parse'>,
  facts: string,
  target: SqlTarget,
): Row[] {
  return asList(JSON.parse(facts)).map((one) => read.parse(one, target));
}

/** Stands between the texts of two rows; JSON has no such character. */
export const rowMark = '\u0003';

/** Collects what a SELECT gives in one row: all facts as a JSON list, all texts between marks. */
export function collectRows(select: Sql): Sql {
  return sql`SELECT concat('[', string_agg(facts, ','), ']') AS facts, string_agg(written, '${raw(rowMark)}') AS written FROM (${select}) AS found`;
}

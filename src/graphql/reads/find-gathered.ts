import { z } from 'zod';
import { join, sql } from '../../store/sql/sql.ts';
import { RowRef } from '../../store/sql/row-ref.ts';
import type { Store } from '../../store/store.ts';
import type { GatheredRead } from '../fields/field-read.ts';

const gatheredList = z.array(z.object({ id: z.number(), gathered: z.string() }));

/** Gathers what follows from rows of other tables, for many templates by one statement. */
export async function findGathered<Value>(
  store: Store,
  read: GatheredRead<Value>,
  ids: readonly number[],
): Promise<Map<number, Value>> {
  const row = new RowRef(store, 'Template', 't');
  const found = await store.prisma.$queryRaw(
    sql`SELECT ${row.column('id')} AS id, ${read.write(row)} AS gathered FROM ${row.from}
        WHERE ${row.column('id')} IN (${join([...ids])})`,
  );
  return new Map(
    gatheredList.parse(found).map(({ id, gathered }) => [id, read.finish(JSON.parse(gathered))]),
  );
}

import { z } from 'zod';
import type { Prisma, Template } from '../../../prisma/generated/sqlite/client.ts';
import { join, sql } from '../../store/sql/sql.ts';
import { RowRef } from '../../store/sql/row-ref.ts';
import type { Store } from '../../store/store.ts';
import type { LinkRead } from '../fields/field-read.ts';
import { loadKeyed } from '../rows/load-rows.ts';
import { writeOrder } from '../rows/order.ts';

/** The columns and relations that a field of GraphQL wants, as Pothos works them out. */
export interface TemplateQuery {
  select?: Prisma.TemplateSelect;
}

const pairList = z.array(z.object({ origin: z.number(), id: z.number() }));

/** Finds the templates that belong to rows, by one statement, and loads what is wanted of them by Prisma. */
export async function findLinked(
  store: Store,
  link: LinkRead,
  { ids, query }: { ids: readonly number[]; query: TemplateQuery },
): Promise<Map<number, Template[]>> {
  const origin = new RowRef(store, 'Template', 'o');
  const row = new RowRef(store, link.model, 't');
  const pairs = pairList.parse(
    await store.prisma.$queryRaw(
      sql`SELECT ${origin.column('id')} AS origin, ${row.column('id')} AS id FROM ${origin.from} CROSS JOIN ${row.from}
          WHERE ${origin.column('id')} IN (${join([...ids])}) AND ${link.where(row, origin)} ORDER BY ${writeOrder(link.orders, row)}`,
    ),
  );
  const select = query.select ? { ...query.select, id: true } : undefined;
  const rows = await loadKeyed(pairs, (wanted) =>
    store.prisma.template.findMany({ ...(select ? { select } : {}), ...wanted }),
  );
  const byOrigin = Map.groupBy(pairs, (pair) => pair.origin);
  return new Map(
    [...byOrigin].map(([id, linked]) => [id, linked.flatMap((pair) => rows.get(pair.id) ?? [])]),
  );
}

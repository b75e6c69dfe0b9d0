import { queryFromInfo } from '@pothos/plugin-prisma';
import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import { sql } from '../../store/sql/sql.ts';
import type { Store } from '../../store/store.ts';
import type { GraphqlContext } from '../context.ts';
import { loadKeyed, type KeyedRow, type RowsToLoad } from './load-rows.ts';
import { cutPage, queryPage, readPage, type AskedPage, type PageArguments, type PagedList } from './page.ts';
import { writeCursor, writePosition } from './position.ts';
import { writeCount, writeRowQuery } from './row-query.ts';

/** One request to a connection, as a resolver gets it. */
interface PageRequest<Args> {
  readonly args: Args;
  readonly context: GraphqlContext;
  readonly info: GraphQLResolveInfo;
}

/** Answers a connection: one statement finds the rows, Prisma loads what is selected of them and of their relations. */
export async function resolvePage<Args extends PageArguments, Values, Row extends KeyedRow<number>>(
  list: PagedList<Args, Values>,
  { args, context, info }: PageRequest<Args>,
  load: (rows: RowsToLoad<number> & { select: { id: true } }) => Promise<Row[]>,
) {
  const { store, unlimited } = context;
  const asked = readPage(list, args, { target: store, unlimited });
  const { rows: keys, ...more } = cutPage(await findKeys(list, asked, store), asked);
  const query = queryFromInfo({ context, info, select: { id: true }, paths });
  const rows = await loadKeyed(keys, (wanted) => load({ ...query, ...wanted }));
  const edges = keys.flatMap(({ id, position }) => {
    const node = rows.get(id);
    return node ? [{ cursor: writeCursor(position), node }] : [];
  });
  return {
    edges,
    pageInfo: { ...more, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: () => countRows(list, asked, store),
  };
}

/** Where rows are selected in a connection. */
const paths = [['nodes'], ['edges', 'node']];

const keyList = z.array(z.object({ id: z.number(), position: z.string() }));

async function findKeys<Args extends PageArguments, Values>(
  list: PagedList<Args, Values>,
  asked: AskedPage<Values>,
  store: Store,
) {
  const statement = writeRowQuery(
    queryPage(list, asked),
    store,
    (row) => sql`${row.column('id')} AS id, ${writePosition(asked.form.orders, row)} AS position`,
  );
  return keyList.parse(await store.prisma.$queryRaw(statement));
}

const countList = z.tuple([z.object({ count: z.coerce.number() })]);

async function countRows<Args extends PageArguments, Values>(
  { model, where }: PagedList<Args, Values>,
  { values }: AskedPage<Values>,
  store: Store,
): Promise<number> {
  const counted = writeCount({ model, where: (row) => where(values.list, row) }, store);
  const [{ count }] = countList.parse(await store.prisma.$queryRaw(sql`SELECT (${counted}) AS count`));
  return count;
}

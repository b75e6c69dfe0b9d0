import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startHub, type StartedHub } from '../server/start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub({ empty: true });
});
afterAll(() => hub.close());

const pageSchema = z.object({
  totalCount: z.int(),
  edges: z.array(z.object({ cursor: z.string(), node: z.object({ databaseId: z.int() }) })),
  pageInfo: z.object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
  }),
});

const page =
  'totalCount edges { cursor node { databaseId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

async function readPage(list: string, parameters: string, variables: Record<string, unknown>) {
  const { data, errors } = await hub.query(`query (${parameters}) { page: ${list} { ${page} } }`, variables);
  expect(errors).toBeUndefined();
  return pageSchema.parse(data?.['page']);
}

const readTemplates = (variables: Record<string, unknown>) =>
  readPage(
    'templates(first: $first, last: $last, after: $after, before: $before, where: $where, orderBy: $orderBy)',
    '$first: Int, $last: Int, $after: String, $before: String, $where: TemplateWhere, $orderBy: [TemplateOrder!]',
    variables,
  );

const idsOf = ({ edges }: z.output<typeof pageSchema>) => edges.map(({ node }) => node.databaseId);

async function addTemplates(names: readonly string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const [place, name] of names.entries()) {
    const data = { name, vmid: 1000 + place, node: place % 3 === 0 ? null : `pve${place % 3}` };
    ids.push((await hub.store.prisma.template.create({ data })).id);
  }
  return ids;
}

async function forgetTemplates(): Promise<void> {
  await hub.store.prisma.template.deleteMany();
}

test('the page after a row that is gone begins where it was', async () => {
  const ids = await addTemplates(['a', 'b', 'c', 'd', 'e']);
  const first = await readTemplates({ first: 2 });
  await hub.store.prisma.template.delete({ where: { id: ids[1] ?? 0 } });
  const second = await readTemplates({ first: 2, after: first.pageInfo.endCursor });
  expect(idsOf(second)).toEqual([ids[2], ids[3]]);
  expect(second.pageInfo.hasNextPage).toBe(true);
  await forgetTemplates();
});

test('the page after a row that no longer fits the filter leaves none out', async () => {
  const ids = await addTemplates(['a', 'b', 'c', 'd', 'e']);
  const where = { state: { eq: 'PRESENT' } };
  const first = await readTemplates({ first: 2, where });
  await hub.store.prisma.template.update({ where: { id: ids[1] ?? 0 }, data: { state: 'OUTDATED' } });
  const second = await readTemplates({ first: 5, where, after: first.pageInfo.endCursor });
  expect(idsOf(second)).toEqual([ids[2], ids[3], ids[4]]);
  expect(second.totalCount).toBe(4);
  await forgetTemplates();
});

test('the page before a row that got another name ends where it was', async () => {
  const ids = await addTemplates(['e', 'd', 'c', 'b', 'a']);
  const orderBy = [{ field: 'NAME', direction: 'ASC' }];
  const all = await readTemplates({ orderBy });
  expect(idsOf(all)).toEqual(ids.toReversed());
  await hub.store.prisma.template.update({ where: { id: ids[1] ?? 0 }, data: { name: 'A' } });
  const before = await readTemplates({ orderBy, last: 2, before: all.edges[3]?.cursor });
  expect(idsOf(before)).toEqual([ids[3], ids[2]]);
  await forgetTemplates();
});

const orders = [
  [{ field: 'NODE', direction: 'ASC' }],
  [{ field: 'NODE', direction: 'DESC' }],
  [
    { field: 'NODE', direction: 'DESC' },
    { field: 'NAME', direction: 'ASC' },
  ],
  [
    { field: 'STATE', direction: 'ASC' },
    { field: 'LAST_VERIFIED_AT', direction: 'DESC' },
    { field: 'VMID', direction: 'DESC' },
  ],
  [{ field: 'DISK_BYTES', direction: 'ASC' }],
  [{ field: 'DISK_BYTES', direction: 'DESC' }],
];

test.each(orders)('pages by %j, from both ends, are the list cut in pieces', async (...orderBy) => {
  await addTemplates(['b', 'a', 'b', 'ä"\\', 'c', 'a', '']);
  await hub.store.prisma.template.updateMany({
    where: { name: 'b' },
    data: { diskBytes: 9_007_199_254_740_993n, lastVerifiedAt: new Date('2026-01-15T10:30:00.123Z') },
  });
  const whole = idsOf(await readTemplates({ orderBy }));
  expect(await collect((after) => readTemplates({ orderBy, first: 2, after }), 'next')).toEqual(whole);
  expect(await collect((before) => readTemplates({ orderBy, last: 2, before }), 'previous')).toEqual(whole);
  await forgetTemplates();
});

/** All rows, page by page in one direction. */
async function collect(
  read: (cursor: string | null) => Promise<z.output<typeof pageSchema>>,
  direction: 'next' | 'previous',
): Promise<number[]> {
  const ids: number[] = [];
  for (let cursor: string | null = null; ;) {
    const { pageInfo, ...found } = await read(cursor);
    const rows = idsOf({ pageInfo, ...found });
    if (direction === 'next') ids.push(...rows);
    else ids.unshift(...rows);
    const more = direction === 'next' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    if (!more) return ids;
    cursor = direction === 'next' ? pageInfo.endCursor : pageInfo.startCursor;
  }
}

test('runs, changes and deliveries are paged by position, too', async () => {
  const { prisma } = hub.store;
  await prisma.cluster.create({ data: { id: 'lab', name: 'Lab', host: '10.0.0.1' } });
  const webhook = await prisma.webhook.create({ data: { url: 'http://127.0.0.1/', secret: 's' } });
  for (let turn = 0; turn < 4; turn += 1) {
    await prisma.replicationRun.create({ data: { clusterId: 'lab', trigger: 'TIMER' } });
    const change = { at: new Date(), kind: 'APPEARED', vmid: turn, name: 'a' } as const;
    const { id } = await prisma.templateChange.create({ data: change });
    await prisma.webhookDelivery.create({ data: { webhookId: webhook.id, changeId: id } });
  }
  await pagesGoOn('replicationRuns', (id) => prisma.replicationRun.delete({ where: { id } }));
  await pagesGoOn('templateChanges', (id) => prisma.templateChange.delete({ where: { id } }));
  const first = await readDeliveries(null);
  await prisma.webhookDelivery.delete({ where: { id: idsOf(first)[1] ?? 0 } });
  expect(idsOf(await readDeliveries(first.pageInfo.endCursor))).toHaveLength(2);
});

async function pagesGoOn(list: string, remove: (id: number) => Promise<unknown>): Promise<void> {
  const read = (after: string | null) =>
    readPage(`${list}(first: 2, after: $after)`, '$after: String', { after });
  const first = await read(null);
  await remove(idsOf(first)[1] ?? 0);
  const second = await read(first.pageInfo.endCursor);
  expect(idsOf(second)).toHaveLength(2);
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
}

async function readDeliveries(after: string | null) {
  const document = `query ($after: String) { webhooks { deliveries(first: 2, after: $after) { ${page} } } }`;
  const { data } = await hub.query(document, { after });
  const [first] = z.array(z.object({ deliveries: pageSchema })).parse(data?.['webhooks']);
  return pageSchema.parse(first?.deliveries);
}

const encode = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['nonsense', {}],
  ['', {}],
  [encode('GPC:N:5'), {}],
  [encode('5'), {}],
  [encode('[]'), {}],
  [encode('[1, 2]'), {}],
  [encode('["1"]'), {}],
  [encode('[1.5]'), {}],
  [encode('[null]'), {}],
  [encode('[99999999999]'), {}],
  [encode('name ["a",5]'), {}],
  [encode('[5]'), { orderBy: [{ field: 'NAME', direction: 'ASC' }] }],
  [encode('node ["a",5]'), { orderBy: [{ field: 'NAME', direction: 'ASC' }] }],
  [encode('name [7,5]'), { orderBy: [{ field: 'NAME', direction: 'ASC' }] }],
  [encode('name [null,5]'), { orderBy: [{ field: 'NAME', direction: 'ASC' }] }],
  [encode('state ["GONE",5]'), { orderBy: [{ field: 'STATE', direction: 'ASC' }] }],
  [encode('diskBytes ["1e3",5]'), { orderBy: [{ field: 'DISK_BYTES', direction: 'ASC' }] }],
  [encode('diskBytes ["9999999999999999999",5]'), { orderBy: [{ field: 'DISK_BYTES', direction: 'ASC' }] }],
])('a cursor that this list never gave is told so: %s', async (after, variables) => {
  const document = `query ($after: String, $orderBy: [TemplateOrder!]) {
    templates(after: $after, orderBy: $orderBy) { nodes { name } }
  }`;
  const { errors } = await hub.query(document, { after, ...variables });
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('no cursor of this list'),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test.each([
  ['first: 2, last: 2', '"first" and "last"'],
  ['after: "WzFd", before: "WzFd"', '"after" and "before"'],
  ['first: 2, before: "WzFd"', '"first" and "before"'],
  ['last: 2, after: "WzFd"', '"last" and "after"'],
])('templates(%s) can not be', async (args, words) => {
  const { errors } = await hub.query(`{ templates(${args}) { nodes { name } } }`);
  expect(errors?.[0]).toMatchObject({
    message: `${words} can not be used together`,
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test.each([
  ['diskBytes: { gt: 9223372036854775808 }', '"gt" takes whole numbers of 64 bits'],
  ['diskBytes: { eq: -9223372036854775809 }', '"eq" takes whole numbers of 64 bits'],
  ['NOT: { OR: [{ diskBytes: { ne: 99999999999999999999 } }] }', '"ne" takes whole numbers of 64 bits'],
  ['source: { diskBytes: { lt: 99999999999999999999 } }', '"lt" takes whole numbers of 64 bits'],
  ['lastVerifiedAt: { lt: "0000-12-31T00:00:00Z" }', '"lt" takes times of the years 1 to 9999'],
])('the filter { %s } has a value that no row can have', async (where, message) => {
  const { errors } = await hub.query(`{ templates(where: { ${where} }) { totalCount } }`);
  expect(errors?.[0]).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } });
});

test('filters at the edge of what a column can hold are answered', async () => {
  const { data } = await hub.query(`{
    templates(where: { OR: [
      { diskBytes: { gt: -9223372036854775808 } }
      { diskBytes: { lt: 9223372036854775807 } }
      { lastVerifiedAt: { gt: "0001-01-01T00:00:00Z", lt: "9999-12-31T23:59:59.999Z" } }
      { name: { contains: "${'%'.repeat(60_000)}" } }
    ] }) { totalCount }
  }`);
  expect(data).toEqual({ templates: { totalCount: 0 } });
});

test.each([
  [{ contains: '%' }, ['50%']],
  [{ contains: '_' }, ['a_b']],
  [{ startsWith: 'a_' }, ['a_b']],
  [{ startsWith: '%' }, []],
  [{ contains: '\\' }, ['back\\slash']],
  [{ contains: 'A' }, ['a_b', 'axb', 'back\\slash']],
])('%j takes % and _ for characters', async (words, names) => {
  const all = ['50%', '50', 'a_b', 'axb', 'back\\slash'];
  await addTemplates(all);
  const { data } = await hub.query(
    `query ($where: TemplateWhere) { templates(where: $where) { nodes { name } } }`,
    { where: { name: words } },
  );
  expect(data).toEqual({ templates: { nodes: names.map((name) => ({ name })) } });
  await forgetTemplates();
});

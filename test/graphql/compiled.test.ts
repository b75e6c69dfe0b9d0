import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileOperation } from '../../src/graphql/compiled/compile.ts';
import { columnJson } from '../../src/graphql/compiled/column-json.ts';
import { openTemplateRows, type TemplateRows } from '../../src/graphql/compiled/template-rows.ts';
import { createContext } from '../../src/graphql/context.ts';
import { createExecutor, type Executor } from '../../src/graphql/execution/executor.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { createRunStates } from '../../src/graphql/subscriptions/run-states.ts';
import { createLogger } from '../../src/log/logger.ts';
import { systemClock } from '../../src/time/clock.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';
import { filters } from './filter-arbitrary.ts';

let hub: StartedHub;
let reader: TemplateRows | undefined;
let executor: Executor;
beforeAll(async () => {
  hub = await startHub();
  await hub.store.prisma.template.create({
    data: { name: 'no cluster, "no" node', vmid: 999, diskBytes: 5n },
  });
  reader = await openTemplateRows(hub.store);
  if (!reader) throw new TypeError('the store is no SQLite file');
  const schema = createSchema();
  const rows = reader;
  const logger = createLogger({ level: 'fatal', format: 'json' });
  executor = createExecutor({
    schema,
    introspection: true,
    logger,
    clock: systemClock,
    compile: (document) => compileOperation(document, { schema, reader: rows }),
  });
});
afterAll(async () => {
  reader?.close();
  await hub.close();
});

/** The compiled answer and the general one to the same request. */
async function answerTwice(source: string, variables: Record<string, unknown>) {
  const operation = executor.prepare(source);
  if ('errors' in operation) throw new AggregateError(operation.errors);
  const { store } = hub;
  const context = createContext({
    store,
    services: {},
    clock: systemClock,
    runStates: createRunStates(store),
    role: 'ADMIN',
    trigger: 'MUTATION',
    requestId: 'test',
  });
  const compiled = executor.answerAtOnce(operation, variables);
  const general = JSON.stringify(await executor.execute(operation, { variables, context }));
  return { compiled, general };
}

const leaves = fc.subarray(Object.keys(columnJson), { minLength: 1 }).map((names) => names.join(' '));
const selection = fc
  .record({
    leaves,
    replicas: fc.option(leaves, { nil: undefined }),
    source: fc.option(leaves, { nil: undefined }),
    alias: fc.boolean(),
  })
  .map(({ leaves: own, replicas, source, alias }) =>
    [
      own,
      alias ? 'another: vmid' : '',
      replicas ? `replicas { ${replicas} }` : '',
      source ? `source { ${source} }` : '',
    ].join(' '),
  );

test('compiled answers are those of the general executor, text for text', async () => {
  let count = 0;
  const first = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(selection, filters(2), first, async (selected, where, size) => {
      const source = `query ($where: TemplateWhere, $first: Int) {
        page: templates(where: $where, first: $first) { nodes { ${selected} } }
      }`;
      const variables: Record<string, unknown> = { where: toInput(where), first: size };
      const { compiled, general } = await answerTwice(source, variables);
      if (compiled === undefined) return;
      count += 1;
      expect(compiled).toBe(general);
    }),
    { numRuns: 100 },
  );
  expect(count).toBeGreaterThan(50);
});

/** Times as a client sends them. */
function toInput(where: object): unknown {
  return JSON.parse(JSON.stringify(where));
}

test.each([
  ['a template by id', 'query ($id: ID!) { template(id: $id) { id name source { id } replicas { id } } }'],
  [
    'two at once',
    'query ($id: ID!) { a: template(id: $id) { vmid } b: template(id: "VGVtcGxhdGU6NA==") { vmid } }',
  ],
])('%s is compiled', async (_name, source) => {
  for (const row of ['1', '5', '8', '14', '4711']) {
    const { compiled, general } = await answerTwice(source, { id: btoa(`Template:${row}`) });
    expect(compiled).toBe(general);
  }
});

const instance = fc.subarray(['node', 'vmid', 'name', 'isOriginal', 'lastVerifiedAt', '__typename'], {
  minLength: 1,
});
const distribution = fc
  .record({
    own: fc.subarray([
      'templateVmid',
      'templateName',
      'clusterIp',
      'clusterId',
      'otherClusters',
      '__typename',
    ]),
    instance,
    template: fc.option(selection, { nil: undefined }),
    original: fc.option(selection, { nil: undefined }),
  })
  .map(({ own, instance: shown, template, original }) =>
    [
      own.join(' '),
      `nodes { ${shown.join(' ')} ${template ? `template { ${template} }` : ''} }`,
      original ? `first: original { ${original} }` : '',
    ].join(' '),
  );

test('compiled distributions are those of the general executor, text for text', async () => {
  const originals = await hub.store.prisma.template.findMany({
    where: { isReplica: false, isClassTemplate: false },
  });
  const vmid = fc.constantFrom(4711, ...originals.map((original) => original.vmid));
  const cluster = fc.constantFrom(
    {},
    { clusterId: 'cluster1' },
    { clusterId: 'cluster2' },
    { clusterId: 'nowhere', clusterIp: originals[0]?.clusterIp },
    { clusterId: null, clusterIp: originals[0]?.clusterIp },
  );
  let found = 0;
  await fc.assert(
    fc.asyncProperty(distribution, vmid, cluster, async (selected, wanted, scope) => {
      const source = `query ($vmid: Int!, $clusterId: String, $clusterIp: String) {
        nodeDistribution(vmid: $vmid, clusterId: $clusterId, clusterIp: $clusterIp) { ${selected} }
      }`;
      const { compiled, general } = await answerTwice(source, { vmid: wanted, ...scope });
      expect(compiled).toBe(general);
      if (general !== '{"data":{"nodeDistribution":null}}') found += 1;
    }),
    { numRuns: 200 },
  );
  expect(found).toBeGreaterThan(20);
});

test('texts of every kind are written alike', async () => {
  const names = [
    '"',
    '\\',
    "'",
    '\u0000',
    '\u0001\b\f\n\r\t\u001f',
    '\u007f\u0080',
    '\u2028',
    'é',
    '😀',
    '\ud800',
    '$1%_?',
  ];
  await hub.store.prisma.template.createMany({
    data: names.map((name, place) => ({ name, node: name, vmid: 7000 + place })),
  });
  const source = '{ templates(where: { vmid: { gte: 7000, lt: 8000 } }) { nodes { name node } } }';
  const { compiled, general } = await answerTwice(source, {});
  expect(compiled).toBe(general);
  expect(JSON.parse(compiled ?? '').data.templates.nodes).toHaveLength(names.length);
});

test.each([1_700_000_000_000, '2026-01-15 10:30:00'])(
  'a time that others wrote as %j is left to the general executor',
  async (time) => {
    const { prisma } = hub.store;
    const original = await prisma.template.create({
      data: { name: 'odd', vmid: 8000, clusterIp: '10.9.9.9' },
    });
    const replica = await prisma.template.create({
      data: { name: 'odd too', vmid: 8001, clusterIp: '10.9.9.9', isReplica: true, sourceVmid: 8000 },
    });
    await prisma.$executeRaw`UPDATE templates SET last_verified_at = ${time} WHERE id = ${replica.id}`;
    const id = btoa(`Template:${original.id}`);
    const nested = 'query ($id: ID!) { template(id: $id) { name replicas { lastVerifiedAt } } }';
    expect((await answerTwice(nested, { id })).compiled).toBeUndefined();
    const plain = 'query ($id: ID!) { template(id: $id) { name replicas { name } } }';
    const { compiled, general } = await answerTwice(plain, { id });
    expect(compiled).toBe(general);
    await prisma.template.deleteMany({ where: { id: { in: [original.id, replica.id] } } });
  },
);

test.each([
  ['other relations', '{ templates { nodes { cluster { name } } } }', {}],
  ['counts', '{ templates { totalCount nodes { name } } }', {}],
  ['an order', '{ templates(orderBy: [{ field: NAME, direction: ASC }]) { nodes { name } } }', {}],
  ['cursors', '{ templates(after: "R1BDOk46MQ==") { nodes { name } } }', {}],
  ['directives', '{ templates { nodes { name @include(if: true) } } }', {}],
  ['fragments', '{ templates { nodes { ...F } } } fragment F on Template { name }', {}],
  ['relations in filters', '{ templates(where: { source: { vmid: { eq: 111 } } }) { nodes { name } } }', {}],
  [
    'variables that do not fit',
    'query ($first: Int) { templates(first: $first) { nodes { name } } }',
    { first: 'x' },
  ],
  [
    'pages that are too long',
    'query ($first: Int) { templates(first: $first) { nodes { name } } }',
    { first: 101 },
  ],
  ['ids of something else', 'query ($id: ID!) { template(id: $id) { name } }', { id: 'nonsense' }],
])('%s are left to the general executor', async (_name, source, variables) => {
  expect((await answerTwice(source, variables)).compiled).toBeUndefined();
});

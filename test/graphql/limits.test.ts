import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type StartedHub } from '../server/start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

const deep = (levels: number): string =>
  levels === 0 ? 'vmid' : `${levels % 2 ? 'source' : 'replicas'} { ${deep(levels - 1)} }`;

test.each([
  ['levels', `{ templates(first: 1) { nodes { ${deep(8)} } } }`, 'OPERATION_TOO_COMPLEX'],
  [
    'aliases',
    `{ ${Array.from({ length: 16 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
    'OPERATION_TOO_COMPLEX',
  ],
  ['tokens', `{ ${'__typename '.repeat(1001)} }`, 'GRAPHQL_PARSE_FAILED'],
  [
    'cost',
    '{ templates(first: 100) { nodes { replicas { replicas { vmid name node } } } } }',
    'OPERATION_TOO_COMPLEX',
  ],
  ['rows of a page', '{ templates(first: 101) { nodes { vmid } } }', 'BAD_USER_INPUT'],
  ['rows less than none', '{ templates(first: -1) { nodes { vmid } } }', 'BAD_USER_INPUT'],
  [
    'values of a list',
    `{ templates(where: { vmid: { in: [${'1 '.repeat(900)}] } }) { totalCount } }`,
    undefined,
  ],
  [
    'levels of a filter',
    `{ templates(where: ${'{ AND: '.repeat(40)}{}${' }'.repeat(40)}) { totalCount } }`,
    'BAD_USER_INPUT',
  ],
  ['an unknown field', '{ templatez { nodes { vmid } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a broken document', '{ templates', 'GRAPHQL_PARSE_FAILED'],
  ['a cursor of something else', '{ templates(after: "nonsense") { nodes { vmid } } }', 'BAD_USER_INPUT'],
  ['an id of something else', '{ template(id: "nonsense") { vmid } }', 'BAD_USER_INPUT'],
  ['an id of another type', '{ template(id: "Q2x1c3RlcjpjbHVzdGVyMQ==") { vmid } }', 'BAD_USER_INPUT'],
])('too many or wrong: %s', async (_name, document, code) => {
  const { errors } = await hub.query(document);
  expect(errors?.[0]?.extensions['code']).toBe(code);
});

test('a cost that comes with variables is weighed, too', async () => {
  const document =
    'query ($first: Int) { templates(first: $first) { nodes { replicas { replicas { vmid name } } } } }';
  expect((await hub.query(document, { first: 5 })).errors).toBeUndefined();
  expect((await hub.query(document, { first: 100 })).errors?.[0]?.extensions['code']).toBe(
    'OPERATION_TOO_COMPLEX',
  );
});

test('lists that are too long are refused, not tried', async () => {
  const document = 'query ($vmids: [Int!]) { templates(where: { vmid: { in: $vmids } }) { totalCount } }';
  const { errors } = await hub.query(document, { vmids: Array.from({ length: 1001 }, (_, index) => index) });
  expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('filters that are too large are refused, not tried', async () => {
  const document = 'query ($where: TemplateWhere) { templates(where: $where) { totalCount } }';
  const wide = { OR: Array.from({ length: 51 }, (_, vmid) => ({ vmid: { eq: vmid } })) };
  const deep = Array.from({ length: 51 }).reduce<object>((inner) => ({ NOT: inner }), {});
  for (const where of [wide, deep]) {
    expect((await hub.query(document, { where })).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  }
});

test('without introspection the schema is hidden and errors suggest nothing', async () => {
  const closed = await startHub({ empty: true, settings: { introspection: false } });
  try {
    const schema = await closed.query('{ __schema { types { name } } }');
    expect(schema.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    const wrong = await closed.query('{ template { nodes { vmid } } }');
    expect(JSON.stringify(wrong)).not.toMatch(/Did you mean/);
  } finally {
    await closed.close();
  }
});

test.each([
  'Template:4711',
  'Template:x',
  'Template:99999999999',
  'Cluster:nowhere',
  'ClusterNode:4711',
  'ReplicationRun:4711',
])('nothing with the id %s is null', async (id) => {
  const { data, errors } = await hub.query('query ($id: ID!) { node(id: $id) { id } }', {
    id: Buffer.from(id).toString('base64'),
  });
  expect(errors).toBeUndefined();
  expect(data).toEqual({ node: null });
});

test('every id that an object shows leads to it', async () => {
  const { data } = await hub.query(
    '{ clusters { id } classes { id machines { id } } templates(first: 1) { nodes { id } } }',
  );
  const ids = [...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(4);
  for (const id of ids)
    expect(await hub.query('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({
      data: { node: { id } },
    });
});

const noLengths: readonly unknown[] = [{ toString: [] }, { valueOf: 1 }, [], '5', true];
test.each(noLengths.map((first) => ({ first })))('$first is no number of rows', async ({ first }) => {
  const document = 'query ($first: Int) { templates(first: $first) { totalCount } }';
  expect((await hub.query(document, { first })).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

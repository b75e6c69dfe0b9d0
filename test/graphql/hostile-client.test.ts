/** What a hostile client sends is its own fault, and told as such. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPreparer } from '../../src/graphql/execution/prepare.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

test('the same field selected 240 times costs 240 times', async () => {
  const ask = (times: number) => hub.query(`{ templates(first: 50) { nodes { ${'vmid '.repeat(times)} } } }`);
  expect((await ask(1)).errors).toBeUndefined();
  expect((await ask(240)).errors?.[0]?.message).toMatch(/it costs 120\d\d, and 5000 is the limit/);
});

test('an invalid document is remembered: its second time is not read again', () => {
  const prepare = createPreparer({ schema: createSchema(), introspection: true });
  for (const document of ['{ templatez { vmid } }', '{ templates', '{ templates { nodes { vmid } } }'])
    expect(prepare(document)).toBe(prepare(document));
});

test.each(['', ' ', '#', '\ufeff'])(
  'the document %j, which holds nothing, is the fault of who sends it',
  async (query) => {
    for (const time of ['first', 'second']) {
      const { errors } = await hub.query(query, { v0: 1 });
      expect(errors?.[0]?.extensions['code'], time).toMatch(/^(BAD_REQUEST|GRAPHQL_PARSE_FAILED)$/);
    }
  },
);

const byName =
  'query ($after: String) { templates(first: 2, after: $after, orderBy: [{ field: NAME, direction: ASC }]) { nodes { vmid } } }';
const byId = 'query ($after: String) { templates(first: 2, after: $after) { nodes { vmid } } }';

test.each([
  '["x",1]',
  '[null,1]',
  '["\u0000",1]',
  '[1]',
  '[1e99]',
  '[-1]',
  '[1.5]',
  '["1"]',
  '[99999999999999999999]',
  '[9007199254740993]',
  'name ["x",1e400]',
  'name [5,5]',
  'name ["\u0000\ud800",5]',
  `name ["${'x'.repeat(60_000)}",5]`,
  'name [["x"],5]',
  'name ["x",4294967296]',
])('a tampered cursor %s is the fault of who sends it, or finds a page', async (text) => {
  for (const document of [byName, byId]) {
    const { errors } = await hub.query(document, { after: Buffer.from(text).toString('base64') });
    expect(errors?.[0]?.extensions['code'] ?? 'BAD_USER_INPUT').toMatch(/^BAD_(USER_INPUT|REQUEST)$/);
  }
});

const filtered = 'query ($where: TemplateWhere) { templates(where: $where) { totalCount nodes { vmid } } }';
const long = 'x'.repeat(60_000);

test.each([
  ['contains', { name: { contains: long } }],
  ['contains of signs of patterns', { name: { contains: '%_'.repeat(30_000) } }],
  ['startsWith', { name: { startsWith: long } }],
  ['equals', { name: { eq: long } }],
  ['in', { name: { in: [long] } }],
  ['a text with NUL', { name: { contains: 'a\u0000b' } }],
  [
    '12,000 values',
    {
      AND: Array.from({ length: 12 }, () => ({
        vmid: { in: Array.from({ length: 1000 }, (_, index) => index) },
      })),
    },
  ],
])('a filter with %s is the fault of who sends it, or is answered', async (_what, where) => {
  const { errors } = await hub.query(filtered, { where });
  expect(errors?.[0]?.extensions['code'] ?? 'BAD_USER_INPUT').toMatch(/^BAD_(USER_INPUT|REQUEST)$/);
});

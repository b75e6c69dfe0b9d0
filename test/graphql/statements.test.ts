import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startHub, type StartedHub } from '../server/start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub({ settings: { cacheBytes: 0 } });
  await hub.query('{ __typename }');
});
afterAll(() => hub.close());
afterEach(() => vi.restoreAllMocks());

/** The statements that a query takes, whatever the number of rows. */
async function countStatements(document: string): Promise<number> {
  const statements: string[] = [];
  const prepare = Database.prototype.prepare;
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    if (/^\s*SELECT/i.test(sql)) statements.push(sql);
    return prepare.call(this, sql);
  });
  const { errors } = await hub.query(document);
  expect(errors).toBeUndefined();
  return statements.length;
}

test.each([
  ['a page', '{ templates(first: 30) { nodes { name vmid } } }', 2],
  ['a page and its count', '{ templates(first: 30) { totalCount nodes { name vmid } } }', 3],
  ['a count', '{ templates { totalCount } }', 3],
  [
    'a page with its relations',
    '{ templates(first: 30) { nodes { name cluster { name } class { name } source { name } replicas { name } } } }',
    6,
  ],
  [
    'relations of relations',
    '{ templates(first: 30) { nodes { replicas { name cluster { name } source { name replicas { vmid } } } } } }',
    6,
  ],
  ['one row', '{ node(id: "VGVtcGxhdGU6MQ==") { ... on Template { name } } }', 1],
  ['a distribution', '{ nodeDistribution(vmid: 111) { nodes { node vmid name } } }', 2],
  [
    'a distribution with its templates',
    '{ nodeDistribution(vmid: 111) { nodes { node template { name state } } } }',
    2,
  ],
  [
    'the statistics',
    '{ stats { totalTemplates templatesByNode { count } templatesByCluster { count } } }',
    1,
  ],
  ['clusters with nodes', '{ clusters { name nodes { name } templateCount } }', 2],
])('%s takes as many statements as levels', async (_name, document, statements) => {
  expect(await countStatements(document)).toBe(statements);
});

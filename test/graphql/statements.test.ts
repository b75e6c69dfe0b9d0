import Database from 'better-sqlite3';
import { execute, parse } from 'graphql';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { anyoneHere } from '../../src/access/caller.ts';
import { createContext } from '../../src/graphql/context.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { createRunStates } from '../../src/graphql/subscriptions/run-states.ts';
import { systemClock } from '../../src/time/clock.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';

let hub: StartedHub;
const schema = createSchema();
beforeAll(async () => {
  hub = await startHub({ settings: { cacheBytes: 0 } });
  // What is nearest is only planned where the node is known; an imported database knows none.
  await hub.store.prisma.node.create({ data: { clusterId: 'cluster1', name: 'pve2', state: 'ONLINE' } });
  await hub.query('{ __typename }');
});
afterAll(() => hub.close());
afterEach(() => vi.restoreAllMocks());

/** The reading statements that are prepared while something is done. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const statements: string[] = [];
  const prepare = Database.prototype.prepare;
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    if (/^\s*(?:\/\*.*?\*\/\s*)?SELECT/i.test(sql)) statements.push(sql);
    return prepare.call(this, sql);
  });
  await work();
  return statements.length;
}

test.each([
  ['a page', '{ templates(first: 30) { nodes { name vmid } } }', 1],
  ['a page and its count', '{ templates(first: 29) { totalCount nodes { name vmid } } }', 1],
  [
    'a page with its relations',
    '{ templates(first: 30) { nodes { name cluster { name } class { name } source { name } replicas { name } placements { status } } } }',
    1,
  ],
  ['two pages', '{ a: templates(first: 1) { nodes { id } } b: templates(last: 1) { nodes { id } } }', 2],
  ['a distribution', '{ nodeDistribution(vmid: 111) { nodes { node template { name } } } }', 1],
  ['what is nearest', '{ nearestTemplate(vmid: 111, node: "pve2") { name } }', 1],
  ['the statistics', '{ stats { totalTemplates templatesByNode { count } } }', 1],
  ['clusters with nodes', '{ clusters { name nodes { name } templateCount } }', 1],
])('%s: a planned query takes one statement for each of its fields', async (_name, document, statements) => {
  const ask = async () => expect((await hub.query(document)).errors).toBeUndefined();
  expect(await countStatements(ask)).toBe(statements);
  // Kept, it is not prepared again.
  expect(await countStatements(ask)).toBe(0);
});

/** Answers by the resolvers, as queries are that the planner leaves alone. */
async function resolve(document: string): Promise<void> {
  const context = createContext({
    store: hub.store,
    services: {},
    clock: systemClock,
    runStates: createRunStates(hub.store),
    caller: anyoneHere,
    origin: null,
    unlimited: false,
    trigger: 'MUTATION',
    requestId: 'test',
  });
  const { errors } = await execute({ schema, document: parse(document), contextValue: context });
  expect(errors).toBeUndefined();
}

test.each([
  ['a page', '{ templates(first: 30) { nodes { name vmid } } }', 2],
  ['a page and its count', '{ templates(first: 30) { totalCount nodes { name vmid } } }', 3],
  [
    'a page with its relations',
    '{ templates(first: 30) { nodes { name cluster { name } class { name } source { name } replicas { name } } } }',
    8,
  ],
  [
    'relations of relations',
    '{ templates(first: 30) { nodes { replicas { name cluster { name } source { name replicas { vmid } } } } } }',
    9,
  ],
  ['one row', '{ node(id: "VGVtcGxhdGU6MQ==") { ... on Template { name } } }', 1],
  ['a distribution', '{ nodeDistribution(vmid: 111) { nodes { node vmid name } } }', 1],
  ['clusters with nodes', '{ clusters { name nodes { name } templateCount } }', 3],
])(
  '%s: resolved, it takes one or two statements a level, whatever the number of rows',
  async (_name, document, statements) => {
    expect(await countStatements(() => resolve(document))).toBe(statements);
  },
);

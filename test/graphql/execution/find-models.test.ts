import Database from 'better-sqlite3';
import {
  getNamedType,
  isCompositeType,
  isObjectType,
  parse,
  type GraphQLField,
  type GraphQLNamedType,
} from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findModels } from '../../../src/graphql/execution/find-models.ts';
import { createSchema } from '../../../src/graphql/schema.ts';
import { readTables } from '../../../src/store/sql/tables.ts';
import { startHub, type StartedHub } from '../../server/start-hub.ts';

const schema = createSchema();
/** What root fields ask for; the others need nothing. */
const asked: Readonly<Record<string, string>> = {
  class: '(databaseId: 1)',
  cluster: '(clusterId: "cluster1")',
  nearestTemplate: '(vmid: 111, node: "pve1")',
  node: '(id: "VGVtcGxhdGU6MQ==")',
  nodeDistribution: '(vmid: 111)',
  replicationRun: '(databaseId: 1)',
  template: '(databaseId: 1)',
  templates:
    '(first: 10, where: { OR: [{ class: { name: { eq: "x" } } }, { cluster: { name: { ne: "x" } } }] })',
  templatesByName: '(name: "dockertemplate")',
};

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub({ settings: { cacheBytes: 0 } });
  const { prisma } = hub.store;
  await prisma.node.create({ data: { clusterId: 'cluster1', name: 'pve1' } });
  const step = {
    clusterId: 'cluster1',
    sourceVmid: 111,
    targetNode: 'pve1',
    way: 'LOCAL',
    name: 'x',
    token: 't',
  };
  await prisma.replicationRun.create({
    data: { clusterId: 'cluster1', trigger: 'TIMER', steps: { create: step } },
  });
  await prisma.class.create({ data: { name: 'a', machines: { create: { role: 'TEACHER' } } } });
  const change = await prisma.templateChange.create({
    data: { at: new Date(0), kind: 'APPEARED', vmid: 111, name: 'x', templateId: 1, clusterId: 'cluster1' },
  });
  await prisma.webhook.create({
    data: { url: 'http://127.0.0.1/', secret: 'x', deliveries: { create: { changeId: change.id } } },
  });
});
afterAll(() => hub.close());
afterEach(() => vi.restoreAllMocks());

/** Fields without what they need, one level down; a composite one shows what tells most of it. */
function selectLeaf(type: GraphQLNamedType): string {
  if (!isCompositeType(type)) return '';
  if (!isObjectType(type)) return '{ __typename }';
  const leaf = Object.values(type.getFields()).find((field) => !isCompositeType(getNamedType(field.type)));
  const nested = Object.values(type.getFields()).find(({ name }) => name === 'nodes' || name === 'edges');
  if (nested) return `{ ${nested.name} ${selectLeaf(getNamedType(nested.type))} }`;
  return `{ ${leaf?.name ?? '__typename'} }`;
}

const hasRequired = ({ args }: GraphQLField<unknown, unknown>) =>
  args.some(({ type, defaultValue }) => String(type).endsWith('!') && defaultValue === undefined);

/** A document for each field of what a root field answers, pages looked into. */
function* documentsOf(root: GraphQLField<unknown, unknown>): Generator<string> {
  const outer = `${root.name}${asked[root.name] ?? ''}`;
  for (const [before, type, after] of peel(getNamedType(root.type))) {
    if (!isObjectType(type)) yield `{ ${outer} ${selectLeaf(type)} }`;
    else
      for (const field of Object.values(type.getFields()).filter((one) => !hasRequired(one)))
        yield `{ ${outer} { ${before}${field.name} ${selectLeaf(getNamedType(field.type))}${after} } }`;
  }
}

/** The type itself, and that of the rows where it is a page of some. */
function* peel(type: GraphQLNamedType): Generator<[string, GraphQLNamedType, string]> {
  yield ['', type, ''];
  const nodes =
    isObjectType(type) && type.name.endsWith('Connection') ? type.getFields()['nodes'] : undefined;
  if (nodes) yield ['nodes { ', getNamedType(nodes.type), ' }'];
}

async function readTableNames(document: string): Promise<string[]> {
  const read = new Set<string>();
  const prepare = Database.prototype.prepare;
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    for (const [, name = ''] of sql.matchAll(/(?:FROM|JOIN)\s+(?:`main`\.)?[`"]?(\w+)/gi)) read.add(name);
    return prepare.call(this, sql);
  });
  const { errors } = await hub.query(document);
  expect(errors, document).toBeUndefined();
  vi.restoreAllMocks();
  return [...read];
}

const roots = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
  (root) => !hasRequired(root) || root.name in asked,
);

describe('names every table that is read', () => {
  test('of all root fields', () => {
    expect(roots).toHaveLength(Object.keys(schema.getQueryType()?.getFields() ?? {}).length);
  });

  test.each(roots.map((root) => [root.name, root] as const))('for %s', async (_name, root) => {
    const tables = readTables(hub.store.prisma);
    const all = new Set([...tables.values()].map(({ name }) => name));
    for (const document of documentsOf(root)) {
      const named = findModels(schema, parse(document)).map((model) => tables.get(model)?.name);
      const read = (await readTableNames(document)).filter((name) => all.has(name));
      expect(named, document).toEqual(expect.arrayContaining(read));
    }
  });
});

test('names no others: the progress of runs makes no list of templates old', () => {
  const list = parse(
    '{ templates(first: 10) { totalCount nodes { name cluster { name } replicas { vmid } } } }',
  );
  expect(findModels(schema, list)).not.toContain('ReplicationStep');
  expect(findModels(schema, list)).not.toContain('ReplicationRun');
  expect(findModels(schema, parse('{ stats { totalTemplates } }'))).toEqual(['Template']);
});

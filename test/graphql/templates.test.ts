import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type StartedHub } from '../server/start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

test('lists templates with their relations', async () => {
  const { data, errors } = await hub.query(`{
    templates(where: { vmid: { eq: 201 } }) {
      totalCount
      nodes {
        databaseId name vmid isReplica lastVerifiedAt state kind
        cluster { clusterId host }
        source { vmid name replicas { vmid } }
      }
    }
    originals: templates(where: { vmid: { eq: 111 }, clusterId: { eq: "cluster1" } }) { nodes { replicas { vmid node cluster { name } } } }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    templates: {
      totalCount: 1,
      nodes: [
        {
          databaseId: 2,
          vmid: 201,
          isReplica: true,
          lastVerifiedAt: '2024-01-15T10:35:00.000Z',
          cluster: { clusterId: 'cluster1', host: '10.220.15.249' },
          source: { vmid: 111, replicas: [{ vmid: 201 }, { vmid: 202 }, { vmid: 401 }] },
        },
      ],
    },
    originals: {
      nodes: [
        { replicas: [{ vmid: 201, node: 'pve2', cluster: { name: 'Main' } }, { vmid: 202 }, { vmid: 401 }] },
      ],
    },
  });
});

test('finds a template by its global id, and any object by node', async () => {
  const { data } = await hub.query('{ templates(first: 1) { nodes { id } } clusters { id } }');
  const found = JSON.stringify(data).match(/"id":"([^"]+)"/)?.[1];
  const answer = await hub.query(
    'query ($id: ID!) { template(id: $id) { databaseId } node(id: $id) { __typename ... on Template { vmid } } }',
    { id: found },
  );
  expect(answer).toEqual({
    data: { template: { databaseId: 1 }, node: { __typename: 'Template', vmid: 111 } },
  });
});

test('finds the nearest template of a node that a scan saw', async () => {
  const nodes = ['pve1', 'pve2', 'pve3'].map((name) => ({ name, clusterId: 'cluster1' }));
  await hub.store.prisma.node.createMany({ data: nodes });
  const { data } = await hub.query('{ nearestTemplate(vmid: 111, node: "pve3") { vmid } }');
  expect(data).toEqual({ nearestTemplate: { vmid: 202 } });
});

test.each([
  [
    'nearestTemplate(vmid: 111, node: "pve9") { vmid }',
    'BAD_USER_INPUT',
    /cluster1 has no node "pve9"; did you mean "pve1"/,
  ],
  [
    'nearestTemplate(vmid: 111, node: "pve2", clusterId: "cluster9") { vmid }',
    'CLUSTER_NOT_FOUND',
    /did you mean "cluster1"/,
  ],
  ['stats(clusterId: "lab") { totalTemplates }', 'CLUSTER_NOT_FOUND', /there are cluster1, cluster2/],
])('%s is no question about another thing', async (field, code, message) => {
  const { data, errors } = await hub.query(`{ ${field} }`);
  expect(data ?? {}).not.toHaveProperty('nearestTemplate.vmid');
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code } }]);
});

test('answers where an original is, and what is nearest', async () => {
  const { data } = await hub.query(`{
    nodeDistribution(vmid: 111) { templateName clusterId otherClusters nodes { node vmid isOriginal } }
    none: nodeDistribution(vmid: 201) { templateName }
    here: nearestTemplate(vmid: 111, node: "pve2", clusterId: "cluster1") { vmid }
    nowhere: nearestTemplate(vmid: 4711, node: "pve2") { vmid }
  }`);
  expect(data).toEqual({
    nodeDistribution: {
      templateName: 'ubuntu-22.04-template',
      clusterId: 'cluster1',
      otherClusters: ['cluster2'],
      nodes: [
        { node: 'pve1', vmid: 111, isOriginal: true },
        { node: 'pve2', vmid: 201, isOriginal: false },
        { node: 'pve3', vmid: 202, isOriginal: false },
      ],
    },
    none: null,
    here: { vmid: 201 },
    nowhere: null,
  });
});

test('counts every template once', async () => {
  const { data } = await hub.query(`{
    stats { totalTemplates originalTemplates replicaTemplates classTemplates missingTemplates templatesByCluster { clusterId count } templatesByState { state count } }
  }`);
  expect(data).toEqual({
    stats: {
      totalTemplates: 36,
      originalTemplates: 25,
      replicaTemplates: 7,
      classTemplates: 4,
      missingTemplates: 0,
      templatesByCluster: [
        { clusterId: 'cluster1', count: 28 },
        { clusterId: 'cluster2', count: 8 },
      ],
      templatesByState: [{ state: 'PRESENT', count: 36 }],
    },
  });
});

test.each([
  ['by id', '[]'],
  ['by a column with empty values', '[{ field: LAST_VERIFIED_AT, direction: ASC }]'],
  ['by a column with empty values, backwards', '[{ field: LAST_VERIFIED_AT, direction: DESC }]'],
  ['by a column with equal values', '[{ field: NODE, direction: DESC }, { field: NAME, direction: ASC }]'],
])('pages through all templates %s', async (_name, orderBy) => {
  const document = `query ($after: String) {
    templates(first: 7, after: $after, orderBy: ${orderBy}) { nodes { databaseId } pageInfo { hasNextPage endCursor } }
  }`;
  const seen: number[] = [];
  let after: string | undefined;
  for (let page = 0; page < 10; page += 1) {
    const { data, errors } = await hub.query(document, { after });
    expect(errors).toBeUndefined();
    const text = JSON.stringify(data);
    seen.push(...[...text.matchAll(/"databaseId":(\d+)/g)].map(([, id]) => Number(id)));
    after = text.match(/"endCursor":"([^"]+)"/)?.[1];
    if (!text.includes('"hasNextPage":true')) break;
  }
  expect(seen.length).toBe(36);
  expect(new Set(seen).size).toBe(36);
});

test('answers what belongs to a name', async () => {
  const { data } = await hub.query('{ templatesByName(name: "Windows 11 Pro") { databaseId } }');
  expect(data).toEqual({ templatesByName: [4, 5, 6, 24].map((databaseId) => ({ databaseId })) });
});

test('filters by relations that are none in the store', async () => {
  const { data, errors } = await hub.query(`{
    bySource: templates(where: { source: { name: { eq: "Windows 11 Pro" } } }) { nodes { databaseId } }
    byClass: templates(where: { class: { name: { startsWith: "python" } } }) { nodes { databaseId } }
    byCluster: templates(where: { cluster: { name: { eq: "Second" } }, isReplica: { eq: true } }) { nodes { databaseId } }
    byNode: templates(where: { nodeState: { eq: ONLINE } }) { totalCount }
    none: templates(where: { OR: [] }) { totalCount }
    all: templates(where: { AND: [], NOT: { OR: [] } }) { totalCount }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    bySource: { nodes: [5, 6, 24].map((databaseId) => ({ databaseId })) },
    byClass: { nodes: [13, 14].map((databaseId) => ({ databaseId })) },
    byCluster: { nodes: [{ databaseId: 11 }] },
    byNode: { totalCount: 0 },
    none: { totalCount: 0 },
    all: { totalCount: 36 },
  });
});

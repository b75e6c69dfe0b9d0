import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type StartedHub } from '../server/start-hub.ts';
import { FakeReplicator } from './fake-replicator.ts';

let hub: StartedHub;
beforeAll(async () => {
  const replicator = new FakeReplicator();
  hub = await startHub({ services: { replicator } });
  replicator.store = hub.store;
  const { prisma } = hub.store;
  await prisma.replicationRun.create({ data: { id: 21, clusterId: 'cluster1', trigger: 'TIMER' } });
  const gone = { vmid: 7000, clusterId: 'cluster2', clusterIp: '10.220.12.6' };
  const missing = { state: 'MISSING', missingSince: new Date() } as const;
  await prisma.template.create({ data: { ...gone, ...missing, name: 'gone', node: 'pve1' } });
  await prisma.template.create({ data: { ...gone, name: 'there', node: 'pve2' } });
});
afterAll(() => hub.close());

const globalId = (type: string, id: number | string) => btoa(`${type}:${id}`);

test.each([
  'id: "VGVtcGxhdGU6MQ=="',
  'id: "1"',
  'id: 1',
  'databaseId: 1',
  'clusterId: "cluster1", vmid: 111',
])('template(%s) is found', async (args) => {
  const { data } = await hub.query(`{ template(${args}) { databaseId vmid clusterId } }`);
  expect(data).toEqual({ template: { databaseId: 1, vmid: 111, clusterId: 'cluster1' } });
});

test('of two rows with a VMID of a cluster the one that is there is found', async () => {
  const { data } = await hub.query('{ template(clusterId: "cluster2", vmid: 7000) { name } }');
  expect(data).toEqual({ template: { name: 'there' } });
});

test.each(['databaseId: 4711', 'id: "4711"', 'id: "99999999999"', 'clusterId: "cluster1", vmid: 7000'])(
  'template(%s) is null: there is none',
  async (args) => {
    expect(await hub.query(`{ template(${args}) { name } }`)).toEqual({ data: { template: null } });
  },
);

test.each([
  ['template', '', 'say which template'],
  ['template', '(vmid: 111)', 'say which template'],
  ['template', '(clusterId: "cluster1")', 'say which template'],
  ['template', '(id: 1, vmid: 111)', 'say which template'],
  ['template', '(id: 1, databaseId: 1)', 'either "id" or "databaseId"'],
  ['template', `(id: "${globalId('Class', 1)}")`, 'the id of a Class, not of a Template'],
  ['template', '(id: "nonsense")', 'no id, not of a Template'],
  ['replicationRun', '', 'say which run'],
  ['class', '', 'say which class'],
])('%s%s does not say which one', async (field, args, message) => {
  const { errors } = await hub.query(`{ ${field}${args} { id } }`);
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining(message),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test.each([`id: "${globalId('ReplicationRun', 21)}"`, 'id: 21', 'databaseId: 21'])(
  'replicationRun(%s) is found',
  async (args) => {
    const { data } = await hub.query(`{ replicationRun(${args}) { databaseId } }`);
    expect(data).toEqual({ replicationRun: { databaseId: 21 } });
  },
);

test('a step says its source, and null where it has none', async () => {
  const place = { runId: 21, clusterId: 'cluster1', targetNode: 'pve1', name: 'machine' };
  const steps = [
    { ...place, kind: 'REMOVE', way: 'REMOVE', token: 'a', vmid: 4000, sourceVmid: 0 },
    { ...place, kind: 'REPLICA', way: 'SHARED_TARGET', token: 'b', sourceVmid: 111 },
  ] as const;
  await hub.store.prisma.replicationStep.createMany({ data: [...steps] });
  const { data } = await hub.query('{ replicationRun(id: 21) { steps { kind sourceVmid } } }');
  expect(data).toEqual({
    replicationRun: {
      steps: [
        { kind: 'REMOVE', sourceVmid: null },
        { kind: 'REPLICA', sourceVmid: 111 },
      ],
    },
  });
});

test('a run is cancelled by its global id and by its number alike', async () => {
  const document = `mutation ($runId: ID!) {
    cancelReplicationRun(input: { runId: $runId }) { run { databaseId } userErrors { code } }
  }`;
  for (const runId of [globalId('ReplicationRun', 21), '21', 21]) {
    const { data } = await hub.query(document, { runId });
    expect(data).toEqual({ cancelReplicationRun: { run: { databaseId: 21 }, userErrors: [] } });
  }
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../src/log/logger.ts';
import { createProxmoxClient } from '../../src/proxmox/client.ts';
import { createReplicator } from '../../src/replication/create-replicator.ts';
import type { Replicator } from '../../src/replication/replicator.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import type { Store } from '../../src/store/store.ts';
import { systemClock as clock } from '../../src/time/clock.ts';
import { createSimulatorTransport } from '../proxmox/simulator-transport.ts';
import { createRandom } from '../replication/support/random.ts';
import { buildWorld, clusterId, password, user } from '../replication/support/small-world.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';

const configured = { nodes: { exclude: ['pve2'] }, limits: { perCluster: 2 } };

let hub: StartedHub;
let replicator: Replicator;

beforeEach(async () => {
  hub = await startHub({
    empty: true,
    createServices: (store) => {
      replicator = connect(store, configured);
      return { replicator };
    },
  });
  for (const [id, host] of Object.entries({ [clusterId]: 'lab.test', gone: 'gone.test' })) {
    await hub.store.prisma.cluster.create({ data: { id, name: id, host } });
  }
});

afterEach(() => hub.close());

/** A replicator on a cluster of three nodes with one template on local storage; it is not started. */
function connect(store: Store, policy: unknown): Replicator {
  const random = createRandom(1);
  const simulator = createSimulator({ world: buildWorld({ shared: 0 }), clock, random });
  const connection = { clusterId, host: 'lab.test', user, password, tls: { mode: 'insecure' } as const };
  const transport = createSimulatorTransport(simulator, { cluster: clusterId });
  const client = createProxmoxClient({ connection, clock, random, transport });
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const maps = { clients: new Map([[clusterId, client]]), policies: new Map([[clusterId, policy]]) };
  return createReplicator({ store, ...maps, clock, random, logger });
}

const policyFields = `source storedAt paused mode
  templates { include { names vmids } exclude { tags } } nodes { include exclude } storage { node storage }
  pool namePattern vmidRange { first last } bandwidthLimit limits { perSource perTarget perStorage perCluster }
  schedule quietHours { from to days } timezone sharedStorage fullCloneOnly outdated orphans`;
const set = `mutation ($input: SetReplicationPolicyInput!) {
  setReplicationPolicy(input: $input) {
    cluster { clusterId replicationPolicy { ${policyFields} } } policy { ${policyFields} }
    plan { lines { sourceVmid targetNode state } }
    userErrors { code field message }
  }
}`;
const reset = `mutation ($clusterId: String!) {
  resetReplicationPolicy(input: { clusterId: $clusterId }) {
    cluster { clusterId } policy { source nodes { exclude } } userErrors { code field }
  }
}`;
const read = '{ clusters { clusterId replicationPolicy { source storedAt nodes { exclude } } } }';

function change(input: object, policy: object = {}) {
  return hub.query(set, { input: { clusterId, policy, ...input } });
}

const full = {
  paused: false,
  mode: 'SELECTED',
  templates: { include: { names: ['web-*'], vmids: [9000] }, exclude: { tags: ['private'] } },
  nodes: { include: ['pve*'], exclude: ['pve3'] },
  storage: [
    { node: '*', storage: 'data' },
    { node: 'pve1', storage: 'nas' },
  ],
  pool: 'golden/copies',
  namePattern: '<name>-on-<node>',
  vmidRange: { first: 20_000, last: 29_999 },
  bandwidthLimit: 1024,
  limits: { perSource: 2, perTarget: 3, perStorage: 4, perCluster: 5 },
  schedule: '0 2 * * *',
  quietHours: [{ from: '22:30', to: '06:00', days: [1, 2] }],
  timezone: 'Europe/Vienna',
  sharedStorage: 'SKIP',
  fullCloneOnly: 'REPLICATE',
  outdated: 'KEEP',
  orphans: 'REMOVE',
};

test("the clusters file's policy holds until one is set, and again once that is taken away", async () => {
  const inFile = { source: 'CLUSTERS_FILE', storedAt: null, nodes: { exclude: ['pve2'] } };
  const gone = { clusterId: 'gone', replicationPolicy: null };
  const before = { clusters: [gone, { clusterId, replicationPolicy: inFile }] };
  expect((await hub.query(read)).data).toEqual(before);

  const policy = { ...full, source: 'STORED', storedAt: expect.stringMatching(/Z$/) };
  expect((await change({}, full)).data).toEqual({
    setReplicationPolicy: {
      cluster: { clusterId, replicationPolicy: policy },
      policy,
      plan: null,
      userErrors: [],
    },
  });
  expect((await hub.query(read)).data).toMatchObject({
    clusters: [gone, { replicationPolicy: { source: 'STORED', nodes: { exclude: ['pve3'] } } }],
  });

  expect((await hub.query(reset, { clusterId })).data).toEqual({
    resetReplicationPolicy: {
      cluster: { clusterId },
      policy: { source: 'CLUSTERS_FILE', nodes: { exclude: ['pve2'] } },
      userErrors: [],
    },
  });
  expect((await hub.query(read)).data).toEqual(before);
});

test('a policy that is set replaces the other as a whole; null is the same as absent', async () => {
  const { data } = await change({}, { mode: 'ON_DEMAND', limits: null, nodes: { include: null } });
  expect(data).toMatchObject({
    setReplicationPolicy: {
      policy: {
        mode: 'ON_DEMAND',
        templates: { include: null, exclude: { tags: [] } },
        nodes: { include: null, exclude: [] },
        limits: { perSource: 1, perTarget: 1, perStorage: 2, perCluster: 3 },
        storage: [],
        vmidRange: null,
        schedule: null,
      },
    },
  });
});

test('a dry run answers the plan under the new policy and sets nothing', async () => {
  const { data } = await change({ dryRun: true }, { nodes: { exclude: ['pve3'] } });
  const lines = [
    { sourceVmid: 9000, targetNode: 'pve1', state: 'PRESENT' },
    { sourceVmid: 9000, targetNode: 'pve2', state: 'WANTED' },
    { sourceVmid: 9000, targetNode: 'pve3', state: 'NOT_WANTED' },
  ];
  expect(data).toMatchObject({
    setReplicationPolicy: {
      cluster: { replicationPolicy: { source: 'CLUSTERS_FILE' } },
      policy: { source: 'STORED', storedAt: null },
      plan: { lines },
      userErrors: [],
    },
  });
  expect(await hub.store.prisma.replicationPolicy.count()).toBe(0);
});

test('every fault of a policy is told with its field, and nothing is set', async () => {
  const { data, errors } = await change(
    {},
    {
      limits: { perCluster: 0 },
      schedule: 'now and then',
      storage: [
        { node: '*', storage: 'data' },
        { node: 'pve1', storage: ' ' },
      ],
      vmidRange: { first: 200, last: 100 },
      quietHours: [{ from: '22:30', to: '25:00' }],
    },
  );
  expect(errors).toBeUndefined();
  const fault = (...path: string[]) => ({
    code: 'INVALID_INPUT',
    field: ['input', 'policy', ...path],
    message: expect.stringMatching(/./),
  });
  expect(data).toEqual({
    setReplicationPolicy: {
      cluster: null,
      policy: null,
      plan: null,
      userErrors: expect.arrayContaining([
        fault('limits', 'perCluster'),
        fault('schedule'),
        fault('storage', '1'),
        fault('vmidRange'),
        fault('quietHours', '0', 'to'),
      ]),
    },
  });
  const twice = [1, 2].map(() => ({ node: 'pve1', storage: 'data' }));
  expect((await change({}, { storage: twice })).data).toMatchObject({
    setReplicationPolicy: { userErrors: [fault('storage', '1', 'node')] },
  });
  expect(await hub.store.prisma.replicationPolicy.count()).toBe(0);
});

test('a repeat with the same key answers the first result and sets nothing again', async () => {
  const idempotencyKey = 'ticket-4711';
  const first = await change({ idempotencyKey }, { mode: 'ON_DEMAND' });
  await hub.query(reset, { clusterId });
  const again = await change({ idempotencyKey }, { mode: 'ON_DEMAND' });
  expect(again.data?.['setReplicationPolicy']).toMatchObject({
    policy: Object(first.data?.['setReplicationPolicy']).policy,
  });
  expect(await hub.store.prisma.replicationPolicy.count()).toBe(0);
  expect((await change({ idempotencyKey })).data).toMatchObject({
    setReplicationPolicy: {
      userErrors: [{ code: 'IDEMPOTENCY_CONFLICT', field: ['input', 'idempotencyKey'] }],
    },
  });
});

test('a cluster that is not configured has no policy', async () => {
  const userErrors = [{ code: 'CLUSTER_NOT_FOUND', field: ['input', 'clusterId'] }];
  expect((await change({ clusterId: 'gone' })).data).toMatchObject({
    setReplicationPolicy: { policy: null, userErrors },
  });
  expect((await hub.query(reset, { clusterId: 'gone' })).data).toMatchObject({
    resetReplicationPolicy: { policy: null, userErrors },
  });
});

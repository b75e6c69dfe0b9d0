import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClassService } from '../../src/classes/service/create-class-service.ts';
import type { Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/time/clock.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';
import { FakeReplicator } from './fake-replicator.ts';

/** Classes without Proxmox: only the store is written. */
function createOfflineClasses(store: Store) {
  const logger = { info: () => undefined, warn: () => undefined };
  return createClassService({ store, clients: new Map(), clock: systemClock, random: Math.random, logger });
}

let hub: StartedHub;
beforeAll(async () => {
  const replicator = new FakeReplicator();
  hub = await startHub({ createServices: (store) => ({ replicator, classes: createOfflineClasses(store) }) });
  replicator.store = hub.store;
});
afterAll(() => hub.close());

const replicate = `mutation ($input: ReplicateInput!) {
  replicate(input: $input) {
    run { databaseId status clusterId }
    plans { clusterId lines { sourceVmid targetNode state way bytes } }
    userErrors { code field message }
  }
}`;

test('replicate answers the run, and the same run for the same key', async () => {
  const input = { clusterId: 'cluster1', vmids: [111], idempotencyKey: 'once' };
  const first = await hub.query(replicate, { input });
  expect(first.data).toMatchObject({
    replicate: { run: { status: 'QUEUED', clusterId: 'cluster1' }, plans: null, userErrors: [] },
  });
  expect(await hub.query(replicate, { input })).toEqual(first);
});

test('a dry run answers the plan and starts nothing', async () => {
  const before = await hub.store.prisma.replicationRun.count();
  const { data } = await hub.query(replicate, { input: { dryRun: true } });
  const lines = [
    { sourceVmid: 111, targetNode: 'pve4', state: 'WANTED', way: 'SHARED_TARGET', bytes: 5_000_000_000 },
  ];
  expect(data).toEqual({
    replicate: { run: null, plans: [{ clusterId: 'cluster1', lines }], userErrors: [] },
  });
  expect(await hub.store.prisma.replicationRun.count()).toBe(before);
});

test('what the caller can mend is data', async () => {
  const unknown = await hub.query(replicate, { input: { clusterId: 'nowhere' } });
  expect(unknown.errors).toBeUndefined();
  expect(unknown.data).toMatchObject({
    replicate: { run: null, userErrors: [{ code: 'CLUSTER_NOT_FOUND', field: ['input', 'clusterId'] }] },
  });
  const runId = Buffer.from('ReplicationRun:4711').toString('base64');
  const cancel =
    'mutation ($runId: ID!) { cancelReplicationRun(input: { runId: $runId }) { run { id } userErrors { code } } }';
  expect((await hub.query(cancel, { runId })).data).toEqual({
    cancelReplicationRun: { run: null, userErrors: [{ code: 'RUN_NOT_FOUND' }] },
  });
});

test('a bug is masked and named by the request', async () => {
  const { errors } = await hub.query(
    'mutation { removeReplicas(input: { clusterId: "cluster1", vmids: [201] }) { userErrors { code } } }',
  );
  expect(errors?.[0]?.extensions).toEqual({
    code: 'INTERNAL_SERVER_ERROR',
    requestId: expect.stringMatching(/^[\da-f]{8}-\d+$/),
  });
  expect(JSON.stringify(errors)).not.toContain('nobody outside');
});

test('a cluster is held and goes on', async () => {
  const pause = await hub.query(
    'mutation { pauseReplication(input: { clusterId: "cluster1" }) { cluster { paused } userErrors { code } } }',
  );
  expect(pause.data).toEqual({ pauseReplication: { cluster: { paused: true }, userErrors: [] } });
  const resume = await hub.query(
    'mutation { resumeReplication(input: { clusterId: "cluster1" }) { cluster { paused } userErrors { code } } }',
  );
  expect(resume.data).toEqual({ resumeReplication: { cluster: { paused: false }, userErrors: [] } });
});

const register = `mutation ($input: RegisterClassTemplateInput!) {
  registerClassTemplate(input: $input) {
    template { vmid name node isReplica isClassTemplate classId sourceVmid sourceNode clusterIp class { name } source { vmid } }
    userErrors { code field }
  }
}`;

test('registers the base template of a class, twice the same', async () => {
  const input = { classId: 2, clusterId: 'cluster1', vmid: 500, sourceVmid: 112, node: 'pve2' };
  const template = {
    vmid: 500,
    name: 'Networks 201-basetemplate',
    node: 'pve2',
    isReplica: true,
    isClassTemplate: true,
    classId: 2,
    sourceVmid: 112,
    sourceNode: 'pve2',
    clusterIp: '10.220.15.249',
    class: { name: 'Networks 201' },
    source: { vmid: 112 },
  };
  const dry = await hub.query(register, { input: { ...input, dryRun: true } });
  expect(dry.data).toEqual({ registerClassTemplate: { template: null, userErrors: [] } });
  for (let repeat = 0; repeat < 2; repeat += 1) {
    expect(await hub.query(register, { input })).toEqual({
      data: { registerClassTemplate: { template, userErrors: [] } },
    });
  }
  const changes = await hub.query(
    '{ templateChanges(vmid: 500, kinds: [REGISTERED]) { totalCount nodes { name template { vmid } } } }',
  );
  expect(changes.data).toMatchObject({
    templateChanges: { totalCount: 1, nodes: [{ template: { vmid: 500 } }] },
  });
});

test.each([
  [{ classId: 99 }, 'CLASS_NOT_FOUND', 'classId'],
  [{ clusterId: 'nowhere' }, 'CLUSTER_NOT_FOUND', 'clusterId'],
  [{ sourceVmid: 9999 }, 'SOURCE_NOT_FOUND', 'sourceVmid'],
  [{ sourceVmid: 501 }, 'INVALID_INPUT', 'sourceVmid'],
  [{ vmid: 7 }, 'INVALID_INPUT', 'vmid'],
])('refuses a base template with %o', async (wrong, code, field) => {
  const input = { classId: 2, clusterId: 'cluster1', vmid: 501, sourceVmid: 112, node: 'pve2', ...wrong };
  expect((await hub.query(register, { input })).data).toEqual({
    registerClassTemplate: { template: null, userErrors: [{ code, field: ['input', field] }] },
  });
});

test('offline, nothing is changed in Proxmox', async () => {
  const offline = await startHub();
  try {
    const { data } = await offline.query(replicate, { input: {} });
    expect(data).toMatchObject({ replicate: { run: null, userErrors: [{ code: 'OFFLINE', field: null }] } });
  } finally {
    await offline.close();
  }
});

/** What Proxmox refuses for good is tried once, remembered, and told until something that matters has changed. */
import { afterEach, describe, expect, test } from 'vitest';
import { countRepeatedCopies } from '../fault/support/repeated-copies.ts';
import { createLaboratory, type Laboratory, type LabServer } from './support/laboratory.ts';
import { buildWorld, clusterId } from './support/small-world.ts';

let laboratory: Laboratory | undefined;

afterEach(() => laboratory?.close());

/** One template on local storage, two nodes; nothing is asked for yet. */
async function open(policy?: unknown): Promise<{ lab: Laboratory; server: LabServer }> {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 0 }), policy });
  const server = laboratory.boot();
  return { lab: laboratory, server };
}

type Request = Parameters<LabServer['replicator']['request']>[0];

/** The run that a server asks for at its start. */
async function firstPass(lab: Laboratory, server: LabServer) {
  await lab.settle(server);
  return lab.store.prisma.replicationRun.findFirstOrThrow({ orderBy: { id: 'asc' } });
}

async function onePass(lab: Laboratory, { replicator }: LabServer, more: Partial<Request> = {}) {
  const [run] = (await lab.drive(replicator.request({ trigger: 'COMMAND', ...more }))) ?? [];
  return lab.drive(replicator.finished(run?.id ?? 0));
}

async function planLine(lab: Laboratory, { replicator }: LabServer, vmid = 9000) {
  const [answer] = (await lab.drive(replicator.plan({}))) ?? [];
  return answer?.lines.find(({ sourceVmid, state }) => sourceVmid === vmid && state !== 'PRESENT');
}

function counts(lab: Laboratory) {
  const { tasks = [] } = lab.simulator.state().clusters[0] ?? {};
  const count = (type: string) => tasks.filter((task) => task.type === type).length;
  return { clones: count('qmclone'), migrations: count('qmigrate') };
}

async function breakMigrations(lab: Laboratory, message: string): Promise<void> {
  const fault = { kind: 'migration-breaks', when: 'early', message } as const;
  await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
}

const unheardOf =
  "storage migration for 'data:100/vm-100-disk-0.qcow2' to storage 'data' failed - the flux capacitor is not charged";

describe('a migration that fails for a reason that nobody knows', () => {
  test('copies once in three runs; the plan tells the reason', async () => {
    const { lab, server } = await open();
    await breakMigrations(lab, unheardOf);
    expect(await firstPass(lab, server)).toMatchObject({ outcome: 'FAILED' });
    expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 0 });
    expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 0 });
    expect(counts(lab)).toEqual({ clones: 1, migrations: 1 });
    const line = await planLine(lab, server);
    expect(line).toMatchObject({ state: 'FAILED', reasonCode: 'REFUSED_BEFORE' });
    expect(line?.reason).toContain('the flux capacitor is not charged (run 1)');
    expect(lab.simulator.state().clusters[0]?.guests.some(({ vmid }) => vmid === 100)).toBe(false);
  });

  test('is tried again when somebody asks, and is forgotten once the replica is there', async () => {
    const { lab, server } = await open();
    await breakMigrations(lab, unheardOf);
    await firstPass(lab, server);
    expect(await onePass(lab, server, { retry: true })).toMatchObject({ outcome: 'FAILED' });
    expect(counts(lab)).toEqual({ clones: 2, migrations: 2 });
    await lab.simulator.control({ do: 'fault-off', cluster: clusterId });
    const again = await lab.drive(server.replicator.retry(2, 'MUTATION'));
    await lab.drive(server.replicator.finished(again?.id ?? 0));
    expect(await planLine(lab, server)).toBeUndefined();
    expect(await countRepeatedCopies(lab.store)).toBe(0);
  });

  test('is tried again by itself when the template has changed', async () => {
    const { lab, server } = await open();
    await breakMigrations(lab, unheardOf);
    await firstPass(lab, server);
    await lab.simulator.control({ do: 'fault-off', cluster: clusterId });
    expect(await onePass(lab, server)).toMatchObject({ stepsTotal: 0 });
    const config = { tags: 'mended' };
    await lab.simulator.control({ do: 'set-guest', cluster: clusterId, vmid: 9000, config });
    expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
  });

  test('is tried again by itself when our rights have changed', async () => {
    const { lab, server } = await open();
    await breakMigrations(lab, unheardOf);
    await firstPass(lab, server);
    await lab.simulator.control({ do: 'fault-off', cluster: clusterId });
    const acl = { path: '/mapping', id: 'hub@pve', role: 'PVEMappingUser' };
    await lab.simulator.control({ do: 'set-acl', cluster: clusterId, acl });
    expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
  });

  test('stays refused for the next server on the same store', async () => {
    const { lab, server } = await open();
    await breakMigrations(lab, unheardOf);
    await firstPass(lab, server);
    await lab.drive(server.replicator.stop());
    await lab.settle(lab.boot());
    expect(counts(lab)).toEqual({ clones: 1, migrations: 1 });
  });
});

test('a migration that says nothing of its reason is tried again, and given up when it says no more', async () => {
  const { lab, server } = await open();
  await breakMigrations(lab, 'migration aborted');
  expect(await firstPass(lab, server)).toMatchObject({ outcome: 'FAILED' });
  expect(counts(lab)).toEqual({ clones: 1, migrations: 2 });
});

test('what passes by is tried again: a lock of the storage', async () => {
  const { lab, server } = await open();
  const fault = { kind: 'task-fails', type: 'qmclone', message: lockMessage, times: 3 } as const;
  await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  expect(await firstPass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
});

const lockMessage = "clone failed: can't lock file '/var/lock/pve-manager/pve-storage-data' - got timeout";

test.each([
  [2, 'SUCCEEDED'],
  [3, 'FAILED'],
])('a request that is refused %i times in the same words that nobody knows: %s', async (times, outcome) => {
  const { lab, server } = await open();
  const answer = { status: 500, reason: 'the stars are wrong' } as const;
  const fault = { kind: 'refuse', ...answer, path: '/clone$', times } as const;
  await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  expect(await firstPass(lab, server)).toMatchObject({ outcome });
  const line = await planLine(lab, server);
  expect(line?.reasonCode).toBe(outcome === 'FAILED' ? 'REFUSED_BEFORE' : undefined);
});

test('a full storage is tried again when there is room', async () => {
  const { lab, server } = await open();
  const fault = { kind: 'copy-fails', node: 'pve1' } as const;
  await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  expect(await firstPass(lab, server)).toMatchObject({ outcome: 'FAILED', errorCode: 'STORAGE_FULL' });
  await lab.simulator.control({ do: 'fault-off', cluster: clusterId });
  expect(await onePass(lab, server)).toMatchObject({ stepsTotal: 0 });
  const storage = { id: 'data', type: 'dir', content: ['images'], total: 5000 * 1024 ** 3 } as const;
  await lab.simulator.control({
    do: 'set-storage',
    cluster: clusterId,
    storage: { ...storage, content: [...storage.content] },
  });
  await lab.clock.advance(60_000);
  expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
});

test('a run in the two seconds after a conversion finds the template', async () => {
  const { lab, server } = await open();
  await firstPass(lab, server);
  await lab.simulator.control({ do: 'broadcast', cluster: clusterId });
  await lab.simulator.control({ do: 'set-guest', cluster: clusterId, vmid: 200, config: { template: '1' } });
  expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
});

test('a dry run for some templates and nodes lists these', async () => {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 3, local: 2, shared: 2 }) });
  const { replicator } = laboratory.boot();
  const ask = async (request: Parameters<typeof replicator.plan>[0]) => {
    const [answer] = (await laboratory?.drive(replicator.plan(request))) ?? [];
    return answer?.lines.map(({ sourceVmid, targetNode }) => `${sourceVmid} ${targetNode}`);
  };
  expect(await ask({ vmids: [9000] })).toEqual(['9000 pve1', '9000 pve2', '9000 pve3']);
  expect(await ask({ vmids: [9000, 9501], nodes: ['pve3'] })).toEqual(['9000 pve3', '9501 pve3']);
  expect(await ask({})).toHaveLength(12);
});

test('templates on demand are not asked for by looking twice', async () => {
  const { lab, server } = await open({ mode: 'ON_DEMAND' });
  await lab.settle(server);
  expect(counts(lab)).toEqual({ clones: 0, migrations: 0 });
});

test('a node in maintenance gets no new copies until that ends', async () => {
  const world = buildWorld({ nodes: 2, local: 1, shared: 0 });
  const [cluster] = world.clusters;
  const [, second] = cluster?.nodes ?? [];
  Object.assign(second ?? {}, { maintenance: true });
  cluster?.guests?.push({ vmid: 300, node: 'pve1', name: 'kept', ha: 'started' });
  laboratory = await createLaboratory({ world });
  const server = laboratory.boot();
  expect(await planLine(laboratory, server)).toMatchObject({ reasonCode: 'NODE_IN_MAINTENANCE' });
  expect(await firstPass(laboratory, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 0 });
  await laboratory.simulator.control({
    do: 'set-node',
    cluster: clusterId,
    node: 'pve2',
    maintenance: false,
  });
  expect(await onePass(laboratory, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
});

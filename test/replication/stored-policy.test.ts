import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLaboratory, type Laboratory, type LabServer } from './support/laboratory.ts';
import { buildWorld, clusterId } from './support/small-world.ts';

let laboratory: Laboratory;
let server: LabServer;

beforeEach(async () => {
  laboratory = await createLaboratory({
    world: buildWorld({ nodes: 3, local: 1, shared: 0 }),
    policy: { nodes: { exclude: ['pve*'] } },
  });
  server = laboratory.boot();
  await laboratory.settle(server);
});

afterEach(() => laboratory.close());

/** State of the one template on each node, by name. */
async function plan({ replicator }: LabServer) {
  const [answer] = (await laboratory.drive(replicator.plan({ clusterId }))) ?? [];
  return Object.fromEntries(answer?.lines.map(({ targetNode, state }) => [targetNode, state]) ?? []);
}

function countClones(): number {
  return laboratory.simulator.state().clusters[0]?.counts.clones ?? 0;
}

test('a stored policy changes the next plan, survives a restart and is carried out', async () => {
  expect(await plan(server)).toEqual({ pve1: 'PRESENT', pve2: 'NOT_WANTED', pve3: 'NOT_WANTED' });
  const change = { clusterId, policy: { nodes: { exclude: ['pve3'] } } };
  const tried = await laboratory.drive(server.replicator.setPolicy({ ...change, dryRun: true }));
  expect(tried?.plan?.lines.map(({ state }) => state)).toEqual(['PRESENT', 'WANTED', 'NOT_WANTED']);
  expect(await plan(server)).toMatchObject({ pve2: 'NOT_WANTED' });

  await laboratory.drive(server.replicator.setPolicy(change));
  expect(await plan(server)).toEqual({ pve1: 'PRESENT', pve2: 'WANTED', pve3: 'NOT_WANTED' });
  expect(countClones()).toBe(0);

  await laboratory.drive(server.replicator.stop());
  const next = laboratory.boot();
  await laboratory.settle(next);
  expect(countClones()).toBe(1);
  expect(await plan(next)).toEqual({ pve1: 'PRESENT', pve2: 'PRESENT', pve3: 'NOT_WANTED' });

  await laboratory.drive(next.replicator.resetPolicy(clusterId));
  expect((await laboratory.drive(next.replicator.readPolicies([clusterId])))?.get(clusterId)).toMatchObject({
    source: 'CLUSTERS_FILE',
    policy: { nodes: { exclude: ['pve*'] } },
  });
  await laboratory.drive(next.replicator.stop());
});

test('a schedule that is stored while the server waits begins runs', async () => {
  const before = await laboratory.store.prisma.replicationRun.count();
  const policy = { mode: 'ON_DEMAND', schedule: '* * * * *' };
  await laboratory.drive(server.replicator.setPolicy({ clusterId, policy }));
  await laboratory.drive(laboratory.clock.sleep(2 * 60_000));
  const runs = await laboratory.store.prisma.replicationRun.findMany({
    skip: before,
    orderBy: { id: 'asc' },
  });
  expect(runs[0]).toMatchObject({ trigger: 'TIMER' });
});

test('a paused cluster stays paused under another policy, which keeps its own word', async () => {
  const { replicator } = server;
  await laboratory.drive(replicator.pause(clusterId));
  const change = { clusterId, policy: {}, dryRun: true };
  const tried = await laboratory.drive(replicator.setPolicy(change));
  expect(tried).toMatchObject({ policy: { paused: false }, plan: { errorCode: 'PAUSED' } });
});

test('a stored policy that no longer fits is passed over; a wrong one is not stored', async () => {
  const { prisma } = laboratory.store;
  await expect(
    laboratory.drive(server.replicator.setPolicy({ clusterId, policy: { nodez: {} } })),
  ).rejects.toMatchObject({ code: 'INVALID_POLICY', faults: [{ path: [] }] });
  expect(await prisma.replicationPolicy.count()).toBe(0);
  await prisma.replicationPolicy.create({ data: { clusterId, policy: '{"nodez":{}}' } });
  expect(await plan(server)).toMatchObject({ pve2: 'NOT_WANTED' });
});

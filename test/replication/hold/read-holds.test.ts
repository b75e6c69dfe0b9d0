import { afterEach, expect, test, vi } from 'vitest';
import { readHolds } from '../../../src/replication/hold/read-holds.ts';
import { createLaboratory, type Laboratory } from '../support/laboratory.ts';
import { buildWorld, clusterId } from '../support/small-world.ts';

let laboratory: Laboratory | undefined;

vi.setConfig({ testTimeout: 90_000 });
afterEach(() => laboratory?.close());

async function open(policy: unknown = { mode: 'ON_DEMAND' }) {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 1 }), policy });
  return laboratory;
}

const request = { clusterId, trigger: 'MUTATION' } as const;

test('a run on a paused cluster says since when, whoever asks; it goes on when it is resumed', async () => {
  const lab = await open();
  const server = lab.boot();
  await lab.settle(server);
  await lab.drive(server.replicator.pause(clusterId));
  const since = lab.clock.now();
  await lab.clock.advance(60_000);
  // It is paused already: since then.
  await lab.drive(server.replicator.pause(clusterId));
  const [run] = (await lab.drive(server.replicator.request(request))) ?? [];
  const id = run?.id ?? 0;
  const held = await lab.drive(server.replicator.findHolds([id]));
  expect(held?.get(id)).toMatchObject({ reason: 'PAUSED', since });
  const { store, clock } = lab;
  expect((await readHolds({ store, clock }, [id])).get(id)).toMatchObject({ reason: 'PAUSED', since });
  await lab.drive(server.replicator.resume(clusterId));
  expect(await lab.drive(server.replicator.finished(id))).toMatchObject({ outcome: 'SUCCEEDED' });
  expect((await lab.drive(server.replicator.findHolds([id])))?.size).toBe(0);
  const cluster = await store.prisma.cluster.findUniqueOrThrow({ where: { id: clusterId } });
  expect(cluster.pausedAt).toBeNull();
});

test('a run that waits for another one names it, and one of a dead server says so', async () => {
  const lab = await open({});
  const server = lab.boot();
  const begun = new Promise<void>((resolve) => {
    server.replicator.events.on('step', ({ phase }) => phase === 'CLONING' && resolve());
  });
  await lab.drive(server.replicator.start().then(() => begun));
  const [second] = (await lab.drive(server.replicator.request(request))) ?? [];
  const [first] = await lab.store.prisma.replicationRun.findMany({ orderBy: { id: 'asc' } });
  const ids = [first?.id ?? 0, second?.id ?? 0];
  const held = await lab.drive(server.replicator.findHolds(ids));
  expect([...(held?.entries() ?? [])]).toEqual([
    [second?.id, expect.objectContaining({ reason: 'OTHER_RUN' })],
  ]);
  server.life.kill();
  await lab.clock.advance(120_000);
  const { store, clock } = lab;
  expect((await readHolds({ store, clock }, ids)).get(ids[0] ?? 0)).toMatchObject({ reason: 'NO_SERVER' });
});

test('a cluster that cannot be reached is said while the survey is tried again', async () => {
  const lab = await open({});
  for (const node of ['pve1', 'pve2'])
    await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault: { kind: 'node-off', node } });
  const server = lab.boot();
  const told = new Promise<number>((resolve) => {
    server.replicator.events.on('run', ({ id, errorCode }) => {
      if (errorCode !== null) resolve(id);
    });
  });
  const id = (await lab.drive(server.replicator.start().then(() => told))) ?? 0;
  const held = await lab.drive(server.replicator.findHolds([id]));
  expect(held?.get(id)).toMatchObject({ reason: 'NEXT_TRY' });
});

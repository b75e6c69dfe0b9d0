import { afterEach, expect, test, vi } from 'vitest';
import type { RunKind } from '../../../src/replication/rows.ts';
import { hollowTasks, type HollowCall } from '../support/hollow-tasks.ts';
import { createLaboratory, silentLogger, type Laboratory } from '../support/laboratory.ts';
import { buildWorld, clusterId } from '../support/small-world.ts';
import { createToken } from '../../../src/replication/token.ts';

let laboratory: Laboratory | undefined;

vi.setConfig({ testTimeout: 90_000 });
afterEach(() => laboratory?.close());

const attempts = 8;

interface Outcome {
  steps: Awaited<ReturnType<Laboratory['store']['prisma']['replicationStep']['findMany']>>;
  calls: number;
  warnings: string[];
  /** Driven milliseconds that it took. */
  took: number;
  guests: number[];
}

/** Replicates one template against a server that does nothing of one kind. */
async function replicateOn(
  call: HollowCall,
  world = buildWorld({ nodes: 2, local: 1, shared: 0 }),
): Promise<Outcome> {
  const hollow = hollowTasks(call);
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, message: string) => void warnings.push(message) };
  laboratory = await createLaboratory({ world, spoil: hollow.spoil, logger });
  const before = laboratory.clock.now();
  await laboratory.settle(laboratory.boot());
  const guests = (laboratory.simulator.state().clusters[0]?.guests ?? []).map(({ vmid }) => vmid);
  const steps = await laboratory.store.prisma.replicationStep.findMany({ orderBy: { id: 'asc' } });
  return { steps, calls: hollow.count(), warnings, took: laboratory.clock.now() - before, guests };
}

test.each([
  ['a conversion', { method: 'POST', path: /\/template$/, type: 'qmtemplate' }, 'is no template'],
  ['a migration', { method: 'POST', path: /\/migrate$/, type: 'qmigrate' }, 'is still on pve1'],
] as const)(
  '%s that ends well without effect is tried with growing pauses, then taken back',
  async (_, call, missing) => {
    const { steps, calls, warnings, took, guests } = await replicateOn(call);
    expect(steps).toMatchObject([{ phase: 'FAILED', errorCode: 'NO_EFFECT', vmid: null }]);
    expect(steps[0]?.errorMessage).toContain(missing);
    expect(calls).toBe(attempts);
    expect(warnings.filter((line) => line.includes(missing))).toHaveLength(attempts);
    // 2 s, doubled each time up to five minutes, with jitter.
    expect(took).toBeGreaterThan(60_000);
    expect(guests.toSorted((a, b) => a - b)).toEqual([200, 9000]);
  },
);

test('a clone that ends well without effect is not made again and again', async () => {
  const { steps, calls, took } = await replicateOn({ method: 'POST', path: /\/clone$/, type: 'qmclone' });
  expect(steps).toMatchObject([{ phase: 'FAILED', errorCode: 'GUEST_VANISHED' }]);
  expect(calls).toBe(attempts);
  expect(took).toBeGreaterThan(60_000);
});

test('a conversion of a container, whose call names no task, is counted too', async () => {
  const world = buildWorld({ nodes: 2, local: 0, shared: 0 });
  const content = ['images', 'rootdir'];
  world.clusters[0]?.storages?.push({ id: 'thin', type: 'lvmthin', content });
  world.clusters[0]?.guests?.push({
    vmid: 9700,
    type: 'lxc',
    node: 'pve1',
    name: 'ct-9700',
    template: true,
    config: { ostype: 'debian', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01' },
    disks: [{ key: 'rootfs', storage: 'thin', size: 2 ** 30, data: 2 ** 28 }],
  });
  const { steps, calls, guests } = await replicateOn(
    { method: 'POST', path: /\/template$/, type: null },
    world,
  );
  expect(steps).toMatchObject([{ phase: 'FAILED', errorCode: 'NO_EFFECT', vmid: null }]);
  expect(calls).toBe(attempts);
  expect(guests).toEqual([200, 9700]);
});

test.each([
  [
    'a snapshot',
    { snapshot: 'fresh' },
    { method: 'POST', path: /\/snapshot$/, type: 'qmsnapshot' },
    'has no snapshot fresh',
  ],
] as const)('%s that ends well without effect is counted', async (_, recipe, call, missing) => {
  const hollow = hollowTasks(call);
  laboratory = await createLaboratory({
    world: buildWorld({ nodes: 1, local: 1, shared: 0 }),
    spoil: hollow.spoil,
  });
  const server = laboratory.boot({ policy: { mode: 'ON_DEMAND' } });
  await laboratory.settle(server);
  const token = createToken(laboratory.random);
  const step = {
    kind: 'CLASS_STUDENT',
    token,
    sourceVmid: 9000,
    sourceNode: 'pve1',
    targetNode: 'pve1',
    way: 'LINKED_CLONE',
    name: 'student',
    recipe: { full: false, convert: false, ...recipe },
  } as const;
  const kind: RunKind = 'CLASS_DEPLOY';
  const submitted = server.replicator.submit({ kind, clusterId, trigger: 'COMMAND', steps: [step] });
  const run = await laboratory.drive(submitted);
  const finished = await laboratory.drive(server.replicator.finished(run?.id ?? 0));
  expect(finished).toMatchObject({ outcome: 'FAILED', errorCode: 'NO_EFFECT' });
  expect(finished?.errorMessage).toContain(missing);
  expect(hollow.count()).toBe(attempts);
});

test('a removal that ends well without effect is counted, and the guest stays in the books', async () => {
  const hollow = hollowTasks({ method: 'DELETE', path: /\/qemu\/\d+$/, type: 'qmdestroy' });
  laboratory = await createLaboratory({
    world: buildWorld({ nodes: 2, local: 1, shared: 0 }),
    spoil: hollow.spoil,
  });
  const server = laboratory.boot();
  await laboratory.settle(server);
  const replica = await laboratory.store.prisma.template.findFirstOrThrow({ where: { isReplica: true } });
  const removal = { clusterId, vmids: [replica.vmid], trigger: 'COMMAND' } as const;
  const run = await laboratory.drive(server.replicator.removeReplicas(removal));
  const finished = await laboratory.drive(server.replicator.finished(run?.run?.id ?? 0));
  expect(finished).toMatchObject({ outcome: 'FAILED', errorCode: 'NO_EFFECT' });
  expect(hollow.count()).toBe(attempts);
  expect(await laboratory.store.prisma.template.count({ where: { vmid: replica.vmid } })).toBe(1);
});

import { afterEach, expect, test } from 'vitest';
import { createLaboratory, type Laboratory, type LabServer } from './support/laboratory.ts';
import { buildWorld, clusterId } from './support/small-world.ts';

let laboratory: Laboratory | undefined;

afterEach(() => laboratory?.close());

async function open(world: ReturnType<typeof buildWorld>): Promise<Laboratory> {
  laboratory = await createLaboratory({ world });
  return laboratory;
}

async function onePass(lab: Laboratory, { replicator }: LabServer) {
  const [run] = (await lab.drive(replicator.request({ trigger: 'COMMAND' }))) ?? [];
  return lab.drive(replicator.finished(run?.id ?? 0));
}

function guestsOn(lab: Laboratory, node: string) {
  return lab.simulator.state().clusters[0]?.guests.filter((guest) => guest.node === node) ?? [];
}

test('containers are replicated by both main ways', async () => {
  const world = buildWorld({ nodes: 2, local: 0, shared: 0 });
  const [cluster] = world.clusters;
  const content = ['images', 'rootdir'];
  cluster?.storages?.push({ id: 'thin', type: 'lvmthin', content }, { id: 'ceph', type: 'rbd', content });
  for (const [vmid, storage] of [[9700, 'thin'] as const, [9800, 'ceph'] as const]) {
    const config = { ostype: 'debian', net0: `name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:${vmid / 100}` };
    const disks = [{ key: 'rootfs', storage, size: 2 ** 30, data: 2 ** 28 }];
    cluster?.guests?.push({
      vmid,
      type: 'lxc',
      node: 'pve1',
      name: `ct-${vmid}`,
      template: true,
      config,
      disks,
    });
  }
  const lab = await open(world);
  await lab.settle(lab.boot());
  const copies = guestsOn(lab, 'pve2').map(({ type, name, template }) => ({ type, name, template }));
  expect(copies).toEqual(
    ['ct-9700-replica', 'ct-9800-replica'].map((name) => ({ type: 'lxc', name, template: true })),
  );
});

test('a killed clone keeps its lock: the administrator is told the command, and nothing is copied a second time until then', async () => {
  const lab = await open(buildWorld({ nodes: 2, local: 0, shared: 1 }));
  const fault = { kind: 'worker-killed', type: 'qmclone', afterMs: 1000, times: 1 } as const;
  await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  const server = lab.boot();
  await lab.settle(server);
  const [step] = await lab.store.prisma.replicationStep.findMany();
  expect(step).toMatchObject({ phase: 'FAILED', errorCode: 'STALE_LOCK' });
  expect(step?.errorMessage).toMatch(new RegExp(`run "qm unlock ${step?.vmid}[^"]*" on pve1`));

  await onePass(lab, server);
  expect(await lab.store.prisma.replicationStep.count()).toBe(1);
  expect(guestsOn(lab, 'pve2')).toHaveLength(0);

  const vmid = step?.vmid ?? 0;
  await lab.simulator.control({ do: 'remove-guest', cluster: clusterId, vmid });
  expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
  expect(guestsOn(lab, 'pve2').map(({ template }) => template)).toEqual([true]);
});

test('an id that somebody else takes first is left to them', async () => {
  const lab = await open(buildWorld({ nodes: 2, local: 0, shared: 1 }));
  const fault = { kind: 'vmid-taken', where: 'other-node', times: 1 } as const;
  await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  await lab.settle(lab.boot());
  const [step] = await lab.store.prisma.replicationStep.findMany();
  expect(step).toMatchObject({ phase: 'DONE' });
  const others = lab.simulator.state().clusters[0]?.guests.filter(({ vmid }) => vmid === 100) ?? [];
  expect(others.map(({ template }) => template)).toEqual([false]);
  expect(step?.vmid).not.toBe(100);
});

test('what cannot be done is not tried again and again', async () => {
  const lab = await open(buildWorld({ nodes: 2, local: 0, shared: 1 }));
  const fault = {
    kind: 'refuse',
    method: 'POST',
    path: '/clone$',
    status: 403,
    reason: 'Permission check failed',
  } as const;
  await lab.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
  await lab.settle(lab.boot());
  const [step] = await lab.store.prisma.replicationStep.findMany();
  expect(step).toMatchObject({ phase: 'FAILED', errorCode: 'FORBIDDEN', vmid: null });
  const [run] = await lab.store.prisma.replicationRun.findMany();
  expect(run).toMatchObject({ outcome: 'FAILED', errorCode: 'FORBIDDEN' });
});

test('no quorum: nothing is begun, and the next pass does it', async () => {
  const lab = await open(buildWorld({ nodes: 2, local: 0, shared: 1 }));
  const { fault } = await lab.simulator.control({
    do: 'fault-on',
    cluster: clusterId,
    fault: { kind: 'no-quorum' },
  });
  const server = lab.boot();
  await lab.settle(server);
  const [run] = await lab.store.prisma.replicationRun.findMany();
  expect(run).toMatchObject({ outcome: 'FAILED', errorCode: 'NO_QUORUM', stepsTotal: 0 });
  await lab.simulator.control({ do: 'fault-off', cluster: clusterId, id: fault });
  expect(await onePass(lab, server)).toMatchObject({ outcome: 'SUCCEEDED', stepsDone: 1 });
});

test('a migration that outlives its server and its database is waited for, not reported as a stale lock', async () => {
  const lab = await open(buildWorld({ nodes: 2, local: 1, shared: 0, bytes: 8 * 2 ** 30 }));
  const first = lab.boot();
  const migrating = new Promise<void>((resolve) => {
    first.replicator.events.on('step', ({ phase, upid }) => {
      if (phase === 'MIGRATING' && upid !== null) resolve();
    });
  });
  void first.replicator.start();
  await lab.drive(migrating);
  first.life.kill();
  await lab.forgetDatabase();
  const second = lab.boot();
  await lab.settle(second);
  const codes = (await lab.store.prisma.replicationStep.findMany()).map(({ errorCode }) => errorCode);
  expect(codes).not.toContain('STALE_LOCK');
  await onePass(lab, second);
  expect(guestsOn(lab, 'pve2').map(({ template }) => template)).toEqual([true]);
  expect(lab.simulator.state().clusters[0]?.counts.clones).toBe(1);
});

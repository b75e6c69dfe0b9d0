import { expect, test } from 'vitest';
import { createLaboratory, type Laboratory, type LabServer } from './support/laboratory.ts';
import { cloneLinked } from './support/clone-linked.ts';
import { buildWorld, clusterId } from './support/small-world.ts';

async function withLaboratory(
  world: Parameters<typeof buildWorld>[0],
  work: (laboratory: Laboratory, server: LabServer) => Promise<void>,
): Promise<void> {
  const laboratory = await createLaboratory({ world: buildWorld(world) });
  try {
    const server = laboratory.boot();
    await laboratory.settle(server);
    await work(laboratory, server);
  } finally {
    await laboratory.close();
  }
}

async function onePass(laboratory: Laboratory, { replicator }: LabServer) {
  const [run] = (await laboratory.drive(replicator.request({ trigger: 'COMMAND' }))) ?? [];
  return laboratory.drive(replicator.finished(run?.id ?? 0));
}

const rebuilt = {
  smbios1: 'uuid=00000000-0000-4000-8000-00000000beef',
  meta: 'creation-qemu=9.0.2,ctime=1750000000',
};

test('a rebuilt original has its replicas replaced, new before old', async () => {
  await withLaboratory({ nodes: 2, local: 0, shared: 1 }, async (laboratory, server) => {
    const { prisma } = laboratory.store;
    const old = await prisma.template.findFirstOrThrow({ where: { isReplica: true } });
    await laboratory.simulator.control({ do: 'set-guest', cluster: clusterId, vmid: 9500, config: rebuilt });
    // The scan takes up to ten minutes to read an unchanged-looking template again.
    await laboratory.clock.advance(700_000);
    const run = await onePass(laboratory, server);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 2, stepsDone: 2 });
    const guests = laboratory.simulator.state().clusters[0]?.guests ?? [];
    expect(guests.some(({ vmid }) => vmid === old.vmid)).toBe(false);
    expect(guests.filter(({ node, template }) => node === 'pve2' && template)).toHaveLength(1);
  });
});

test('a template that was turned back, edited and set again has outdated replicas, whatever its generation says', async () => {
  await withLaboratory({ nodes: 2, local: 0, shared: 1 }, async (laboratory, server) => {
    const old = await laboratory.store.prisma.template.findFirstOrThrow({ where: { isReplica: true } });
    const setFlag = (template: '1' | null) =>
      laboratory.simulator.control({
        do: 'set-guest',
        cluster: clusterId,
        vmid: 9500,
        config: { template },
      });
    await setFlag(null);
    await laboratory.clock.advance(60_000);
    await onePass(laboratory, server);
    await setFlag('1');
    await laboratory.clock.advance(60_000);
    const run = await onePass(laboratory, server);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 2, stepsDone: 2 });
    const rows = await laboratory.store.prisma.template.findMany({ where: { isReplica: true } });
    expect(rows.filter(({ state }) => state === 'PRESENT').map(({ vmid }) => vmid)).not.toContain(old.vmid);
    const clones = () => laboratory.simulator.state().clusters[0]?.counts.clones;
    expect(clones()).toBe(2);
    await onePass(laboratory, server);
    expect(clones()).toBe(2);
  });
});

test('an outdated replica with linked clones stays beside its successor', async () => {
  await withLaboratory({ nodes: 2, local: 0, shared: 1 }, async (laboratory, server) => {
    const old = await laboratory.store.prisma.template.findFirstOrThrow({ where: { isReplica: true } });
    await cloneLinked(laboratory, server, old.vmid);
    await laboratory.simulator.control({ do: 'set-guest', cluster: clusterId, vmid: 9500, config: rebuilt });
    await laboratory.clock.advance(700_000);
    await onePass(laboratory, server);
    const rows = await laboratory.store.prisma.template.findMany({
      where: { node: 'pve2', isReplica: true },
    });
    expect(
      rows
        .map(({ vmid, state }) => [vmid === old.vmid, state])
        .sort(([, a], [, b]) => (String(a) < String(b) ? 1 : -1)),
    ).toEqual([
      [false, 'PRESENT'],
      [true, 'OUTDATED'],
    ]);
    // Two replicas and the linked clone.
    const clones = () => laboratory.simulator.state().clusters[0]?.counts.clones;
    expect(clones()).toBe(3);
    await onePass(laboratory, server);
    expect(clones()).toBe(3);
  });
});

test('a node that is off gets nothing and loses nothing, and is served when it is back', async () => {
  await withLaboratory({ nodes: 3, local: 0, shared: 1 }, async (laboratory, server) => {
    const { prisma } = laboratory.store;
    const off = await laboratory.simulator.control({
      do: 'fault-on',
      cluster: clusterId,
      fault: { kind: 'node-off', node: 'pve3' },
    });
    await laboratory.clock.advance(400_000);
    const source = { key: 'scsi0', storage: 'nas', size: 2 ** 30, data: 2 ** 20, format: 'qcow2' } as const;
    const template = { vmid: 9600, node: 'pve1', name: 'late', template: true, disks: [source] };
    await laboratory.simulator.control({ do: 'add-guest', cluster: clusterId, guest: template });
    await laboratory.clock.advance(20_000);
    await onePass(laboratory, server);
    expect(await prisma.template.count({ where: { state: 'MISSING' } })).toBe(0);
    expect(await prisma.replicationStep.count({ where: { targetNode: 'pve3', sourceVmid: 9600 } })).toBe(0);
    expect(await prisma.template.count({ where: { sourceVmid: 9600 } })).toBe(1);

    await laboratory.simulator.control({ do: 'fault-off', cluster: clusterId, id: off.fault });
    await laboratory.clock.advance(20_000);
    await onePass(laboratory, server);
    expect(await prisma.template.count({ where: { sourceVmid: 9600, node: 'pve3' } })).toBe(1);
  });
});

test('a source that a backup has locked is waited for', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 0, shared: 1 }) });
  try {
    const fault = { kind: 'guest-locked', vmid: 9500, lock: 'backup' } as const;
    const on = await laboratory.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
    const server = laboratory.boot();
    await laboratory.settle(server);
    expect(laboratory.simulator.state().clusters[0]?.counts.clones).toBe(0);
    await laboratory.simulator.control({ do: 'fault-off', cluster: clusterId, id: on.fault });
    await onePass(laboratory, server);
    expect(laboratory.simulator.state().clusters[0]?.counts.clones).toBe(1);
  } finally {
    await laboratory.close();
  }
});

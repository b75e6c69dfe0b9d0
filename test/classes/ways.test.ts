import { afterEach, describe, expect, it } from 'vitest';
import type { CreateClassInput } from '../../src/classes/service/class-input.ts';
import { clusterId, original } from './support/class-world.ts';
import { openClassroom, type Classroom } from './support/classroom.ts';

let room: Classroom;
afterEach(() => room.close());

async function deploy(change: Partial<CreateClassInput>): Promise<number> {
  const input = { name: 'Linux', clusterId, sourceVmid: original, students: 4, ...change };
  const { id } = await room.drive(room.classes.createClass(input));
  const run = await room.finish(room.classes.deployClass({ classId: id, trigger: 'COMMAND' }));
  expect(run).toMatchObject({ outcome: 'SUCCEEDED', errorMessage: null });
  return id;
}

function counts() {
  return room.simulator.state().clusters[0]?.counts;
}

function volumesOf(vmid: number | null) {
  const volumes = room.simulator.state().clusters[0]?.volumes ?? [];
  return volumes.filter((volume) => volume.vmid === vmid).map(({ volid }) => volid);
}

describe('bases come to their nodes', () => {
  it('from replicas of the original that are there already, without a migration', async () => {
    room = await openClassroom({ nodes: 3 });
    const [replication] = await room.drive(room.replicator.request({ trigger: 'COMMAND' }));
    await room.drive(room.replicator.finished(replication?.id ?? 0));
    const before = counts();
    expect(before).toMatchObject({ fullClones: 2, migrations: 2 });
    await deploy({ teacherMachine: false });
    expect(counts()).toMatchObject({ fullClones: 2 + 3, migrations: 2, linkedClones: 4 });
  });

  it('by migration to the nodes that were asked for', async () => {
    room = await openClassroom({ nodes: 3 });
    const id = await deploy({ nodes: ['pve2', 'pve3'] });
    const machines = await room.store.prisma.classMachine.findMany({
      where: { classId: id, role: 'STUDENT' },
    });
    expect(new Set(machines.map(({ node }) => node))).toEqual(new Set(['pve2', 'pve3']));
    const bases = await room.store.prisma.template.findMany({
      where: { classId: id },
      orderBy: { node: 'asc' },
    });
    expect(bases.map(({ node }) => node)).toEqual(['pve2', 'pve3']);
  });

  it('onto another storage, where the original lies on one that cannot link', async () => {
    room = await openClassroom({ storage: 'thick', nodes: 2 });
    const id = await deploy({ storage: 'thin' });
    expect(counts()).toMatchObject({ linkedClones: 4 });
    const [student] = await room.store.prisma.classMachine.findMany({
      where: { classId: id, role: 'STUDENT' },
    });
    expect(volumesOf(student?.vmid ?? null)).toEqual([`thin:vm-${student?.vmid}-disk-0`]);
  });
});

describe('the general policy', () => {
  it('neither replicates bases nor counts them as replicas', async () => {
    room = await openClassroom({ storage: 'nas', nodes: 3 });
    const id = await deploy({ nodes: ['pve1', 'pve2', 'pve3'] });
    const [replication] = await room.drive(room.replicator.request({ trigger: 'COMMAND' }));
    await room.drive(room.replicator.finished(replication?.id ?? 0));
    const rows = await room.store.prisma.template.findMany({ orderBy: { id: 'asc' } });
    expect(rows.filter(({ isClassTemplate }) => isClassTemplate)).toHaveLength(1);
    const replicas = rows.filter(({ isReplica, isClassTemplate }) => isReplica && !isClassTemplate);
    expect(replicas.map(({ sourceVmid, node, classId }) => [sourceVmid, node, classId])).toEqual([
      [original, 'pve2', null],
      [original, 'pve3', null],
    ]);
    expect((await room.store.prisma.class.findUniqueOrThrow({ where: { id } })).state).toBe('READY');
  });
});

describe('machines of other kinds', () => {
  it('are containers, where the original is one', async () => {
    room = await openClassroom({ storage: 'thin', nodes: 2 });
    const disks = [{ key: 'rootfs', storage: 'thin', size: 2 ** 30, data: 2 ** 27, format: 'raw' as const }];
    const guest = { vmid: 9200, type: 'lxc' as const, node: 'pve1', name: 'ct', template: true, disks };
    await room.simulator.control({ do: 'add-guest', guest });
    await room.drive(room.replicator.scan(clusterId));
    await deploy({ sourceVmid: 9200, students: 5 });
    const made = room.guests().filter(({ vmid }) => vmid >= 10_000);
    expect(made).toHaveLength(2 + 1 + 5);
    expect(made.every(({ type, lock }) => type === 'lxc' && lock === undefined)).toBe(true);
  });

  it('run from the start, where that was asked for', async () => {
    room = await openClassroom({ nodes: 1 });
    await deploy({ students: 2, start: true });
    const running = room.guests().filter((guest) => guest.running);
    expect(running.map(({ name }) => name).toSorted()).toEqual(['Linux-1', 'Linux-2']);
  });
});

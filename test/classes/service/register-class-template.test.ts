import { afterEach, describe, expect, it } from 'vitest';
import { createClassService } from '../../../src/classes/service/create-class-service.ts';
import type { ClassRow } from '../../../src/classes/rows.ts';
import { parseMarker } from '../../../src/inventory/lineage/marker.ts';
import { clusterId, makeGuest, original, stranger } from '../support/class-world.ts';
import { openClassroom, type Classroom } from '../support/classroom.ts';

const base = 9100;

let room: Classroom;
afterEach(() => room.close());

async function open(): Promise<ClassRow> {
  room = await openClassroom({ nodes: 2 });
  const guest = { ...makeGuest(base, { storage: 'data', bytes: 2 ** 20 }), template: true, name: 'by-hand' };
  await room.simulator.control({ do: 'add-guest', guest });
  return room.drive(
    room.classes.createClass({ name: 'Linux', clusterId, sourceVmid: original, students: 2 }),
  );
}

function register(classId: number, change: object = {}) {
  const input = { classId, clusterId, vmid: base, sourceVmid: original, node: 'pve1', ...change };
  return room.drive(room.classes.registerClassTemplate(input));
}

describe('registerClassTemplate', () => {
  it('records a template that Proxmox confirms, once', async () => {
    const { id } = await open();
    expect(await register(id, { dryRun: true })).toBeNull();
    const row = await register(id);
    expect(row).toMatchObject({
      name: 'by-hand',
      isClassTemplate: true,
      isReplica: true,
      classId: id,
      sourceVmid: original,
    });
    expect((await register(id))?.id).toBe(row?.id);
    expect(await room.store.prisma.templateChange.count({ where: { kind: 'REGISTERED' } })).toBe(1);
    expect(room.guests().find(({ vmid }) => vmid === base)?.config['description']).toBeUndefined();
  });

  it('writes the marker when asked, and a scan of an empty database finds the class again', async () => {
    const { id } = await open();
    await register(id, { writeMarker: true });
    const description = room.guests().find(({ vmid }) => vmid === base)?.config['description'];
    expect(parseMarker(description, base)).toMatchObject({
      kind: 'class-base',
      source: original,
      classId: id,
    });
    await room.store.prisma.template.deleteMany();
    await room.drive(room.replicator.scan(clusterId));
    const row = await room.store.prisma.template.findFirstOrThrow({ where: { vmid: base } });
    expect(row).toMatchObject({ isClassTemplate: true, classId: id, sourceVmid: original });
  });

  it('is what students are cloned from, and stays when the class is deleted', async () => {
    const { id } = await open();
    await register(id, { writeMarker: true });
    await room.finish(room.classes.deployClass({ classId: id, students: 4, trigger: 'COMMAND' }));
    const students = await room.store.prisma.classMachine.findMany({
      where: { classId: id, role: 'STUDENT' },
    });
    expect(students.filter(({ node }) => node === 'pve1').every(({ baseVmid }) => baseVmid === base)).toBe(
      true,
    );
    await room.finish(room.classes.deleteClass({ classId: id, trigger: 'COMMAND' }));
    expect(
      room
        .guests()
        .map(({ vmid }) => vmid)
        .toSorted((a, b) => a - b),
    ).toEqual([stranger, original, base]);
    expect((await room.store.prisma.class.findUniqueOrThrow({ where: { id } })).state).toBe('DELETED');
  });

  it.each([
    ['a template with its marker is a base of no class', true, { isClassTemplate: true, classId: null }],
    [
      'one without is an original again',
      false,
      { isClassTemplate: false, isReplica: false, sourceVmid: null, classId: null },
    ],
  ])('leaves no class behind when the class is deleted: %s', async (_what, writeMarker, expected) => {
    const { id } = await open();
    await register(id, { writeMarker });
    await room.finish(room.classes.deployClass({ classId: id, trigger: 'COMMAND' }));
    await room.finish(room.classes.deleteClass({ classId: id, trigger: 'COMMAND' }));
    const find = () => room.store.prisma.template.findFirstOrThrow({ where: { vmid: base } });
    expect(await find()).toMatchObject({ state: 'PRESENT', classId: null });
    await room.drive(room.replicator.scan(clusterId));
    expect(await find()).toMatchObject({ state: 'PRESENT', ...expected });
  });

  it.each([
    ['a machine', { vmid: stranger }, 'NOT_A_TEMPLATE'],
    ['a guest on another node', { node: 'pve2' }, 'GUEST_NOT_FOUND'],
    ['an unknown source', { sourceVmid: 4711 }, 'SOURCE_NOT_FOUND'],
    ['its own source', { sourceVmid: base }, 'INVALID_INPUT'],
    ['an unknown class', { classId: 99 }, 'CLASS_NOT_FOUND'],
    ['an unknown cluster', { clusterId: 'moon' }, 'CLUSTER_NOT_FOUND'],
  ])('refuses %s', async (_what, change, code) => {
    const { id } = await open();
    await expect(register(id, change)).rejects.toMatchObject({ code });
  });

  it('refuses a base of another class', async () => {
    const { id } = await open();
    await register(id);
    const input = { name: 'Other', clusterId, sourceVmid: original } as const;
    const other = await room.drive(room.classes.createClass(input));
    await expect(register(other.id)).rejects.toMatchObject({ code: 'BELONGS_TO_ANOTHER_CLASS' });
  });

  it('believes the caller on a server that is offline, which refuses everything else', async () => {
    const { id } = await open();
    const { store, clock } = room;
    const offline = createClassService({
      store,
      clock,
      clients: new Map(),
      random: Math.random,
      logger: { info: () => undefined, warn: () => undefined },
    });
    const row = await offline.registerClassTemplate({
      classId: id,
      clusterId,
      vmid: 777,
      sourceVmid: original,
      node: 'pve2',
    });
    expect(row).toMatchObject({
      vmid: 777,
      name: 'Linux-basetemplate',
      clusterIp: 'lab.test',
      isClassTemplate: true,
    });
    await expect(offline.deleteClass({ classId: id, trigger: 'COMMAND' })).rejects.toMatchObject({
      code: 'OFFLINE',
    });
  });
});

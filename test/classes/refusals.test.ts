import { afterEach, describe, expect, it } from 'vitest';
import type { CreateClassInput } from '../../src/classes/service/class-input.ts';
import type { ClassRow } from '../../src/classes/rows.ts';
import { clusterId, original, stranger } from './support/class-world.ts';
import { openClassroom, type Classroom } from './support/classroom.ts';

let room: Classroom;
afterEach(() => room.close());

function create(change: Partial<CreateClassInput> = {}): Promise<ClassRow> {
  return room.drive(
    room.classes.createClass({ name: 'Linux', clusterId, sourceVmid: original, students: 3, ...change }),
  );
}

function deploy(classId: number, change: { allowFullClones?: boolean; idempotencyKey?: string } = {}) {
  return room.classes.deployClass({ classId, trigger: 'MUTATION', ...change });
}

async function refuse(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await room.drive(
    asked.then(
      () => 'it was done',
      (thrown: unknown) => thrown,
    ),
  );
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}

describe('on storage that cannot make linked clones', () => {
  it('says so before it starts, and makes full clones when that is allowed', async () => {
    room = await openClassroom({ storage: 'thick', nodes: 2 });
    const { id } = await create();
    const before = room.simulator.state().clusters[0]?.tasks.length;
    await expect(room.drive(deploy(id))).rejects.toThrow(
      /thick \(lvm\) cannot make linked clones.*allowFullClones/,
    );
    expect(room.simulator.state().clusters[0]?.tasks.length).toBe(before);
    expect(await room.store.prisma.classMachine.count()).toBe(0);
    const run = await room.finish(deploy(id, { allowFullClones: true }));
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(room.simulator.state().clusters[0]?.counts).toMatchObject({
      linkedClones: 0,
      fullClones: 2 + 1 + 3,
    });
  });
});

describe('what is refused, and nothing was begun', () => {
  it.each([
    ['a name of nothing', { name: ' ' }, 'INVALID_INPUT'],
    ['a pattern without a number', { namePattern: '<class>' }, 'INVALID_INPUT'],
    ['a cluster that is not there', { clusterId: 'moon' }, 'CLUSTER_NOT_FOUND'],
    ['an original that is not there', { sourceVmid: 4711 }, 'SOURCE_NOT_FOUND'],
    ['a machine as original', { sourceVmid: stranger }, 'SOURCE_NOT_FOUND'],
    ['a range the wrong way round', { vmids: { first: 300, last: 200 } }, 'INVALID_INPUT'],
  ])('%s', async (_what, change, code) => {
    room = await openClassroom({ nodes: 1 });
    expect(
      await refuse(room.classes.createClass({ name: 'Linux', clusterId, sourceVmid: original, ...change })),
    ).toBe(code);
  });

  it('pools, nodes and ranges that do not fit', async () => {
    room = await openClassroom({ nodes: 2 });
    const cases = [
      [{ pool: 'no-pool' }, 'POOL_NOT_FOUND'],
      [{ storage: 'no-storage' }, 'NO_NODE'],
      [{ vmids: { first: 500, last: 502 } }, 'VMID_RANGE_TOO_SMALL'],
    ] as const;
    for (const [change, code] of cases) {
      const { id } = await create(change);
      expect(await refuse(deploy(id))).toBe(code);
    }
    expect(await refuse(create({ nodes: ['pve1', 'pve9'] }))).toBe('NO_NODE');
    expect(room.simulator.state().clusters[0]?.counts.clones).toBe(0);
  });

  it('a range that another class has, and a base of a class as original', async () => {
    room = await openClassroom({ nodes: 1 });
    const { id } = await create({ vmids: { first: 500, last: 520 } });
    expect(await refuse(create({ vmids: { first: 510, last: 530 } }))).toBe('VMID_RANGE_TAKEN');
    await room.finish(deploy(id));
    const base = await room.store.prisma.template.findFirstOrThrow({ where: { classId: id } });
    expect(await refuse(create({ sourceVmid: base.vmid }))).toBe('CLASS_TEMPLATE_AS_SOURCE');
  });

  it('a cluster that cannot be reached or has no quorum', async () => {
    room = await openClassroom({ nodes: 2 });
    const { id } = await create();
    await room.simulator.control({ do: 'fault-on', fault: { kind: 'no-quorum' } });
    expect(await refuse(deploy(id))).toBe('NO_QUORUM');
    await room.simulator.control({ do: 'fault-off' });
    for (const node of ['pve1', 'pve2']) {
      await room.simulator.control({ do: 'fault-on', fault: { kind: 'node-off', node } });
    }
    expect(await refuse(deploy(id))).toBe('CLUSTER_UNREACHABLE');
  });

  it('a deletion of many guests that does not name the class', async () => {
    room = await openClassroom({ nodes: 1 });
    const { id } = await create({ students: 5 });
    await room.finish(deploy(id));
    const remove = (confirm?: string) =>
      room.classes.deleteClass({ classId: id, trigger: 'MUTATION', confirm });
    expect(await refuse(remove())).toBe('CONFIRMATION_NEEDED');
    expect(await refuse(remove('linux'))).toBe('CONFIRMATION_NEEDED');
    expect(room.guests()).toHaveLength(2 + 1 + 1 + 5);
    expect(await room.finish(remove('Linux'))).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('a second request while the first is under way; the same key answers the same run', async () => {
    room = await openClassroom({ nodes: 2 });
    const { id } = await create();
    const asked = deploy(id, { idempotencyKey: 'monday' });
    const { run } = await room.drive(asked);
    expect(await refuse(room.classes.addStudents({ classId: id, count: 1, trigger: 'MUTATION' }))).toBe(
      'CLASS_BUSY',
    );
    expect((await room.drive(deploy(id, { idempotencyKey: 'monday' }))).run?.id).toBe(run?.id);
    await room.drive(room.replicator.finished(run?.id ?? 0));
    expect((await room.drive(deploy(id, { idempotencyKey: 'monday' }))).run?.id).toBe(run?.id);
    expect(await room.store.prisma.replicationRun.count()).toBe(1);
  });

  it('one of two requests at the same moment', async () => {
    room = await openClassroom({ nodes: 2 });
    const { id } = await create();
    const both = await room.drive(Promise.allSettled([deploy(id), deploy(id)]));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await room.store.prisma.replicationRun.count()).toBe(1);
    await room.drive(room.replicator.settled());
    expect(room.simulator.state().clusters[0]?.counts.linkedClones).toBe(3);
  });

  it('classes that are not there, deleted or imported', async () => {
    room = await openClassroom({ nodes: 1 });
    expect(await refuse(deploy(99))).toBe('CLASS_NOT_FOUND');
    const { id } = await create();
    await room.drive(room.classes.deleteClass({ classId: id, trigger: 'MUTATION' }));
    expect(await refuse(deploy(id))).toBe('CLASS_DELETED');
    const imported = await room.store.prisma.class.create({ data: { name: 'old', imported: true } });
    expect(await refuse(deploy(imported.id))).toBe('CLASS_NOT_DEPLOYED');
  });
});

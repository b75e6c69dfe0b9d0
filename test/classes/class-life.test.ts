import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClassRow } from '../../src/classes/rows.ts';
import { cloneGuest } from '../../src/proxmox/endpoints/guest-tasks.ts';
import { waitForTask } from '../../src/proxmox/tasks/wait-for-task.ts';
import { clusterId, original, stranger } from './support/class-world.ts';
import { openClassroom, type Classroom } from './support/classroom.ts';

let room: Classroom;
beforeEach(async () => {
  room = await openClassroom({ storage: 'data' });
});
afterEach(() => room.close());

async function open(name: string, students: number): Promise<ClassRow> {
  const created = await room.drive(
    room.classes.createClass({ name, clusterId, sourceVmid: original, students, snapshot: 'baseline' }),
  );
  const run = await room.finish(room.classes.deployClass({ classId: created.id, trigger: 'MUTATION' }));
  expect(run).toMatchObject({ outcome: 'SUCCEEDED', errorMessage: null });
  return created;
}

function remove({ id, name }: ClassRow, dryRun = false) {
  return room.classes.deleteClass({ classId: id, confirm: name, dryRun, trigger: 'MUTATION' });
}

/** Everything that stands in the simulator's books about guests and their volumes. */
function readBooks() {
  const { guests = [], volumes = [] } = room.simulator.state().clusters[0] ?? {};
  return { guests, volumes };
}

function booksOf(vmids: ReadonlySet<number>) {
  const { guests, volumes } = readBooks();
  return {
    guests: guests.filter(({ vmid }) => vmids.has(vmid)),
    volumes: volumes.filter(({ vmid = 0 }) => vmids.has(vmid)),
  };
}

function studentsOf({ id }: ClassRow) {
  return room.store.prisma.classMachine.findMany({
    where: { classId: id, role: 'STUDENT' },
    orderBy: { number: 'asc' },
  });
}

async function stateOf({ id }: ClassRow): Promise<string> {
  return (await room.store.prisma.class.findUniqueOrThrow({ where: { id } })).state;
}

describe('two classes of one original with similar names', () => {
  it('do not touch each other; deleting one leaves the other and the original as they were', async () => {
    const before = readBooks();
    const one = await open('Linux', 4);
    const vmids = new Set(readBooks().guests.map(({ vmid }) => vmid));
    const books = booksOf(vmids);
    const other = await open('Linux 1', 4);
    expect(booksOf(vmids)).toEqual(books);
    const { plan } = await room.drive(remove(other, true));
    expect(plan.remove.some(({ vmid }) => vmids.has(vmid))).toBe(false);
    await room.finish(remove(other));
    expect(readBooks()).toEqual(books);
    expect([await stateOf(one), await stateOf(other)]).toEqual(['READY', 'DELETED']);
    await room.finish(remove(one));
    expect(readBooks()).toEqual(before);
    expect(await room.store.prisma.classMachine.count()).toBe(0);
    expect(await room.store.prisma.template.count({ where: { isClassTemplate: true } })).toBe(0);
  });

  it('have ranges of ids of their own', async () => {
    const [one, other] = [await open('Linux', 2), await open('linux', 2)];
    expect(one.vmidLast).toBeLessThan(other.vmidFirst ?? 0);
    for (const { id, vmidFirst, vmidLast } of [one, other]) {
      const machines = await room.store.prisma.classMachine.findMany({ where: { classId: id } });
      for (const { vmid } of machines) {
        expect(vmid).toBeGreaterThanOrEqual(vmidFirst ?? 0);
        expect(vmid).toBeLessThanOrEqual(vmidLast ?? 0);
      }
    }
  });
});

describe('the machines of a class', () => {
  it('carry the marker of the class, begin with the snapshot, and do not start with their node', async () => {
    const found = await open('Linux', 3);
    const machines = room
      .guests()
      .filter(({ config }) => config['description']?.includes(`class=${found.id} `));
    expect(machines).toHaveLength(3 + 1 + 3);
    const students = machines.filter(({ config }) => config['description']?.includes('kind=student'));
    expect(students.map(({ name }) => name).toSorted()).toEqual(['Linux-1', 'Linux-2', 'Linux-3']);
    expect(
      students.every(({ config }) => config['parent'] === 'baseline' && config['onboot'] === undefined),
    ).toBe(true);
  });

  it('are asked for once: the same again makes nothing, and a lost one is made again', async () => {
    const found = await open('Linux', 3);
    const again = await room.drive(room.classes.deployClass({ classId: found.id, trigger: 'MUTATION' }));
    expect(again.plan.make).toEqual([]);
    expect(again.run).toBeUndefined();
    const [, lost] = await studentsOf(found);
    await room.simulator.control({ do: 'remove-guest', vmid: lost?.vmid ?? 0 });
    const run = await room.finish(room.classes.deployClass({ classId: found.id, trigger: 'MUTATION' }));
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 1 });
    expect((await studentsOf(found)).map(({ number, state }) => [number, state])).toEqual([
      [1, 'PRESENT'],
      [2, 'PRESENT'],
      [3, 'PRESENT'],
    ]);
  });

  it('become more, evenly', async () => {
    const found = await open('Linux', 4);
    await room.finish(room.classes.addStudents({ classId: found.id, count: 5, trigger: 'COMMAND' }));
    const students = await studentsOf(found);
    expect(students.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const perNode = Map.groupBy(students, ({ node }) => node);
    expect([...perNode.values()].map((group) => group.length)).toEqual([3, 3, 3]);
  });
});

describe('resetStudent', () => {
  it('replaces one machine by a fresh linked clone, also when it runs, and leaves the others', async () => {
    const found = await open('Linux', 3);
    const [first, second] = await studentsOf(found);
    await room.simulator.control({ do: 'set-guest', vmid: first?.vmid ?? 0, running: true });
    const others = new Set(room.guests().flatMap(({ vmid }) => (vmid === first?.vmid ? [] : [vmid])));
    const books = booksOf(others);
    const run = await room.finish(
      room.classes.resetStudent({ classId: found.id, numbers: [1], trigger: 'MUTATION' }),
    );
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', stepsTotal: 2 });
    expect(booksOf(others)).toEqual(books);
    const [fresh, same] = await studentsOf(found);
    expect(same).toEqual(second);
    expect(fresh).toMatchObject({
      node: first?.node,
      name: first?.name,
      baseVmid: first?.baseVmid,
      state: 'PRESENT',
    });
    expect(room.guests().some(({ vmid }) => vmid === first?.vmid)).toBe(false);
    expect(await stateOf(found)).toBe('READY');
  });

  it('keeps the old machine when the new one cannot be made', async () => {
    const found = await open('Linux', 1);
    const [old] = await studentsOf(found);
    const fault = { kind: 'task-fails', type: 'qmclone', message: 'clone failed: out of luck' } as const;
    await room.simulator.control({ do: 'fault-on', fault });
    const run = await room.finish(
      room.classes.resetStudent({ classId: found.id, numbers: [1], trigger: 'MUTATION' }),
    );
    expect(run.outcome).toBe('FAILED');
    expect(await studentsOf(found)).toEqual([old]);
    expect(room.guests().some(({ vmid }) => vmid === old?.vmid)).toBe(true);
    expect(await stateOf(found)).toBe('READY');
  });

  it('rolls out a new generation of the base, and the old base goes with its last machine', async () => {
    const found = await open('Linux', 2);
    const nodes = new Set((await studentsOf(found)).map(({ node }) => node));
    const uuid = 'uuid=00000000-0000-4000-8000-ffffffffffff';
    await room.simulator.control({ do: 'set-guest', vmid: original, config: { smbios1: uuid } });
    for (const number of [1, 2]) {
      const asked = room.classes.resetStudent({
        classId: found.id,
        numbers: [number],
        refreshBase: true,
        trigger: 'MUTATION',
      });
      expect((await room.finish(asked)).outcome).toBe('SUCCEEDED');
    }
    const bases = await room.store.prisma.template.findMany({ where: { classId: found.id } });
    expect(bases).toHaveLength(nodes.size);
    const students = await studentsOf(found);
    expect(
      students.every(
        ({ baseVmid, generation }) => generation === 2 && bases.some(({ vmid }) => vmid === baseVmid),
      ),
    ).toBe(true);
  });
});

describe('what a run left half made', () => {
  it('is taken back by the next one, once an administrator has taken off the lock', async () => {
    const found = await open('Linux', 1);
    const fault = { kind: 'worker-killed', type: 'qmclone', afterMs: 10, times: 1 } as const;
    await room.simulator.control({ do: 'fault-on', fault });
    const more = room.classes.addStudents({ classId: found.id, count: 1, trigger: 'MUTATION' });
    expect(await room.finish(more)).toMatchObject({ outcome: 'FAILED', errorCode: 'STALE_LOCK' });
    expect(await stateOf(found)).toBe('DEGRADED');
    const again = { classId: found.id, trigger: 'MUTATION' } as const;
    const { plan } = await room.drive(room.classes.deployClass({ ...again, dryRun: true }));
    const [left] = plan.takeBack;
    expect(left?.message).toContain(`qm unlock ${left?.vmid}`);
    await room.simulator.control({ do: 'remove-guest', vmid: left?.vmid ?? 0 });
    expect(await room.finish(room.classes.deployClass(again))).toMatchObject({
      outcome: 'SUCCEEDED',
      stepsTotal: 3,
    });
    expect(await stateOf(found)).toBe('READY');
    const { plan: after } = await room.drive(room.classes.deployClass({ ...again, dryRun: true }));
    expect(after).toMatchObject({ make: [], takeBack: [] });
  });
});

describe('a class whose original is gone', () => {
  it('goes on with its bases, and needs the original only for new ones', async () => {
    const found = await open('Linux', 3);
    await room.simulator.control({ do: 'remove-guest', vmid: original });
    const reset = room.classes.resetStudent({ classId: found.id, numbers: [2], trigger: 'MUTATION' });
    expect((await room.finish(reset)).outcome).toBe('SUCCEEDED');
    const more = room.classes.addStudents({ classId: found.id, count: 2, trigger: 'MUTATION' });
    expect((await room.finish(more)).outcome).toBe('SUCCEEDED');
    expect(await studentsOf(found)).toHaveLength(5);
    await room.finish(remove(found));
    expect(room.guests().map(({ vmid }) => vmid)).toEqual([stranger]);
  });
});

describe('deleteClass', () => {
  it('leaves what an administrator attached, and the base that a stranger hangs on', async () => {
    const found = await open('Linux', 3);
    const attached = await room.drive(
      room.classes.attachMachine({ classId: found.id, vmid: stranger, assignedTo: 'eve' }),
    );
    expect(attached).toMatchObject({ vmid: stranger, madeHere: false, number: 4 });
    const [base] = await room.store.prisma.template.findMany({
      where: { classId: found.id },
      orderBy: { vmid: 'asc' },
    });
    const template = { kind: 'qemu', node: base?.node ?? '', vmid: base?.vmid ?? 0 } as const;
    const upid = await room.drive(cloneGuest(room.client, template, { newid: 300, full: false }));
    await room.drive(waitForTask(room.client, { upid }));
    const { plan } = await room.drive(remove(found, true));
    expect(plan.keep).toEqual([
      expect.objectContaining({ vmid: stranger, reason: 'NOT_MADE_HERE' }),
      expect.objectContaining({ vmid: base?.vmid, reason: 'STILL_IN_USE' }),
    ]);
    await room.finish(remove(found));
    const left = room.guests().map(({ vmid }) => vmid);
    expect(left.toSorted((a, b) => a - b)).toEqual([stranger, 300, original, base?.vmid]);
    expect(await stateOf(found)).toBe('DEGRADED');
    await room.simulator.control({ do: 'remove-guest', vmid: 300 });
    await room.finish(remove(found));
    expect(await stateOf(found)).toBe('DELETED');
    expect(room.guests().some(({ vmid }) => vmid === stranger)).toBe(true);
  });

  it('leaves a guest that took the id of a student', async () => {
    const found = await open('Linux', 2);
    const [first] = await studentsOf(found);
    await room.simulator.control({
      do: 'set-guest',
      vmid: first?.vmid ?? 0,
      config: { description: 'mine now' },
    });
    const { plan } = await room.drive(remove(found, true));
    expect(plan.keep).toContainEqual(
      expect.objectContaining({ vmid: first?.vmid, reason: 'NOT_OURS_ANY_MORE' }),
    );
    await room.finish(remove(found));
    expect(room.guests().some(({ vmid }) => vmid === first?.vmid)).toBe(true);
  });

  it('of a class without machines needs no run', async () => {
    const created = await room.drive(
      room.classes.createClass({ name: 'Empty', clusterId, sourceVmid: original }),
    );
    const { class: deleted, run } = await room.drive(remove(created));
    expect(deleted.state).toBe('DELETED');
    expect(run).toBeUndefined();
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { clusterId, original } from '../support/class-world.ts';
import { openClassroom, type Classroom } from '../support/classroom.ts';

let room: Classroom;
afterEach(() => room.close());

describe.each(['data', 'thin', 'nas'] as const)('a class of 30 on 3 nodes, originals on %s', (storage) => {
  it('gets a teacher, bases and 30 linked clones, spread evenly', async () => {
    room = await openClassroom({ storage });
    const { classes, store } = room;
    const created = await room.drive(
      classes.createClass({
        name: 'Linux 101',
        clusterId,
        sourceVmid: original,
        tags: ['linux'],
        pool: 'lab-pool',
      }),
    );
    const run = await room.finish(classes.deployClass({ classId: created.id, trigger: 'MUTATION' }));
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', errorMessage: null });
    const bases = storage === 'nas' ? 1 : 3;
    expect(room.simulator.state().clusters[0]?.counts).toMatchObject({
      linkedClones: 30,
      fullClones: bases + 1,
    });
    const students = await store.prisma.classMachine.findMany({
      where: { classId: created.id, role: 'STUDENT' },
    });
    expect(students.map(({ number }) => number).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    const perNode = Map.groupBy(students, ({ node }) => node);
    expect([...perNode.values()].map((group) => group.length)).toEqual([10, 10, 10]);
    const rows = await store.prisma.template.findMany({ where: { classId: created.id } });
    expect(rows).toHaveLength(bases);
    expect(rows.every((row) => row.isClassTemplate && row.isReplica && row.sourceVmid === original)).toBe(
      true,
    );
    const { state } = await store.prisma.class.findUniqueOrThrow({ where: { id: created.id } });
    expect(state).toBe('READY');
  });
});

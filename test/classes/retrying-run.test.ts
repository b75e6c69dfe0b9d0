import { afterEach, describe, expect, it } from 'vitest';
import { clusterId, original } from './support/class-world.ts';
import { openClassroom, type Classroom } from './support/classroom.ts';

let room: Classroom;
afterEach(() => room.close());

async function deploy(name: string, change: { start?: boolean } = {}): Promise<number> {
  const { id } = await room.drive(
    room.classes.createClass({ name, clusterId, sourceVmid: original, students: 1, ...change }),
  );
  const { run } = await room.drive(room.classes.deployClass({ classId: id, trigger: 'MUTATION' }));
  return run?.id ?? 0;
}

async function statusOf(runId: number): Promise<string> {
  return (await room.store.prisma.replicationRun.findUniqueOrThrow({ where: { id: runId } })).status;
}

/** Starting a machine fails in a way that a pause may heal. */
const noStart = {
  kind: 'refuse',
  method: 'POST',
  path: 'status/start',
  status: 500,
  reason: "can't lock file '/var/lock/qemu-server/lock-10003.conf' - got timeout",
} as const;

describe('a run that tries the same again and again', () => {
  it("does not hold up another class's deployment, and goes on afterwards", async () => {
    room = await openClassroom({ nodes: 1 });
    await room.simulator.control({ do: 'fault-on', fault: noStart });
    const stubborn = await deploy('Stubborn', { start: true });
    const other = await deploy('Other');
    expect(await room.drive(room.replicator.finished(other))).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await statusOf(stubborn)).not.toBe('FINISHED');
    await room.simulator.control({ do: 'fault-off' });
    expect(await room.drive(room.replicator.finished(stubborn))).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('lets others pass also while its other steps wait for the one that is tried again', async () => {
    room = await openClassroom({ nodes: 1 });
    const locked = { ...noStart, path: `qemu/${original}/clone`, reason: 'VM is locked (backup)' };
    const { fault } = await room.simulator.control({ do: 'fault-on', fault: locked });
    const stubborn = await deploy('Stubborn');
    const removal = { kind: 'REMOVAL', clusterId, trigger: 'MUTATION', steps: [] } as const;
    const other = await room.drive(room.replicator.submit(removal));
    expect(await room.drive(room.replicator.finished(other.id))).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await statusOf(stubborn)).not.toBe('FINISHED');
    await room.simulator.control({ do: 'fault-off', id: fault });
    expect(await room.drive(room.replicator.finished(stubborn))).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('is cancelled at once, although it pauses', async () => {
    room = await openClassroom({ nodes: 1 });
    await room.simulator.control({ do: 'fault-on', fault: noStart });
    const stubborn = await deploy('Stubborn', { start: true });
    const other = await deploy('Other');
    await room.drive(room.replicator.finished(other));
    await room.drive(room.replicator.cancel(stubborn));
    expect(await room.drive(room.replicator.finished(stubborn))).toMatchObject({ outcome: 'CANCELLED' });
  });
});

/**
 * How long 30 linked clones take, as a multiple of what the storages' locks allow. Everything runs on a driven clock
 * against the simulator, so the figures are the same on every machine.
 *
 * The bound is measured, too: the same 30 clones asked for by someone who knows at once when a clone has ended, four at
 * a time on each storage, and does nothing else. `serial_ms` is the time for which the lock is held at all: waiters of a
 * shared storage's lock look every 1.1 s whether it is free, so that nobody reaches it.
 */
import { cloneGuest } from '../src/proxmox/endpoints/guest-tasks.ts';
import { clusterId, original, type ClassWorld } from '../test/classes/support/class-world.ts';
import { openClassroom, type Classroom } from '../test/classes/support/classroom.ts';

const students = 30;
const nodes = ['pve1', 'pve2', 'pve3'];
const atOnce = 4;
/** What the simulator's idle storage takes for a volume, milliseconds. */
const idleMs = 30;

interface Case {
  storage: NonNullable<ClassWorld['storage']>;
  shared: boolean;
  /** How long a storage holds its lock for one volume, milliseconds. */
  lockMs: number;
}

const cases = [500, 1000, 2000].flatMap((lockMs): Case[] => [
  { storage: 'thin', shared: false, lockMs },
  { storage: 'nas', shared: true, lockMs },
]);

let worst = 0;
for (const one of cases) {
  const makespan = await withClass(one, measureRun);
  const bound = await withClass(one, (room, classId) => measureBound(room, classId, one));
  const serial = (one.shared ? students : students / nodes.length) * one.lockMs;
  worst = Math.max(worst, makespan / bound);
  const ratio = (makespan / bound).toFixed(3);
  const figures = `serial_ms=${serial} bound_ms=${bound} makespan_ms=${makespan} ratio=${ratio}`;
  process.stdout.write(
    `${one.storage} lock_ms=${one.lockMs} clones=${students} nodes=${nodes.length} ${figures}\n`,
  );
}
process.stdout.write(`CLASSES makespan_over_bound=${worst.toFixed(3)}\n`);
process.exitCode = worst <= 1.2 ? 0 : 1;

/** Opens a class that has its bases and one student on each node, with storages that are slow from then on. */
async function withClass(
  { storage, lockMs }: Case,
  measure: (room: Classroom, classId: number) => Promise<number>,
): Promise<number> {
  const room = await openClassroom({ storage, nodes: nodes.length });
  try {
    const size = students + nodes.length;
    const input = { name: 'Bench', clusterId, sourceVmid: original, students: size };
    const { id: classId } = await room.drive(room.classes.createClass(input));
    await room.finish(room.classes.deployClass({ classId, students: nodes.length, trigger: 'COMMAND' }));
    await room.simulator.control({ do: 'fault-on', fault: { kind: 'slow-volumes', ms: lockMs - idleMs } });
    const before = countLinked(room);
    const took = await measure(room, classId);
    const made = countLinked(room) - before;
    if (made !== students) throw new Error(`${made} linked clones were made instead of ${students}`);
    return took;
  } finally {
    await room.close();
  }
}

/** The class gets 30 more students: the whole run, from the request to its end. */
async function measureRun(room: Classroom, classId: number): Promise<number> {
  const run = await room.finish(room.classes.addStudents({ classId, count: students, trigger: 'COMMAND' }));
  if (run.outcome !== 'SUCCEEDED' || run.finishedAt === null) throw new Error(`the run ended ${run.outcome}`);
  return run.finishedAt.getTime() - run.createdAt.getTime();
}

/** The same clones, made by someone who is told everything at once. */
async function measureBound(room: Classroom, classId: number, { shared }: Case): Promise<number> {
  const bases = await room.store.prisma.template.findMany({ where: { classId } });
  const places = Array.from({ length: students }, (_, index) => nodes[index % nodes.length] ?? '');
  const queues = shared ? [places] : nodes.map((node) => places.filter((place) => place === node));
  const started = room.clock.now();
  let newid = 50_000;
  const work = async (queue: string[]): Promise<void> => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
      const base = bases.find(({ node }) => shared || node === target);
      const guest = { kind: 'qemu', node: base?.node ?? '', vmid: base?.vmid ?? 0 } as const;
      newid += 1;
      const upid = await cloneGuest(room.client, guest, {
        newid,
        full: false,
        target: shared ? target : undefined,
      });
      if (!(await isWell(room, upid))) queue.push(target);
    }
  };
  await room.drive(Promise.all(queues.flatMap((queue) => Array.from({ length: atOnce }, () => work(queue)))));
  return room.clock.now() - started;
}

/** Waits for a task in the simulator's own books. */
async function isWell({ simulator, clock }: Classroom, upid: string): Promise<boolean> {
  for (;;) {
    const task = simulator.state().clusters[0]?.tasks.find((other) => other.upid === upid);
    if (task?.status === 'stopped') return task.exitStatus === 'OK';
    await clock.sleep(5);
  }
}

function countLinked({ simulator }: Classroom): number {
  return simulator.state().clusters[0]?.counts.linkedClones ?? 0;
}

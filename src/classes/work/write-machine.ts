import type { StepRow } from '../../replication/rows.ts';
import type { Database } from '../../store/database.ts';
import { bookLeaving, releaseLoose, toLeaving } from '../leaving/loose-guests.ts';
import type { MachineRow } from '../rows.ts';

/**
 * Writes the row of a machine that a step has made: the booked one of the same name. A reset finds it taken by the old
 * machine, which is booked as leaving in the same transaction: it is there until its removal is done.
 */
export async function writeMachine(database: Database, step: StepRow, now: Date): Promise<void> {
  const { clusterId, classId, vmid, name, targetNode: node } = step;
  if (vmid === null || classId === null) return;
  const role = step.kind === 'CLASS_TEACHER' ? 'TEACHER' : 'STUDENT';
  const { generation } = await database.class.findUniqueOrThrow({ where: { id: classId } });
  const baseVmid = role === 'STUDENT' ? step.sourceVmid : null;
  const data = {
    clusterId,
    vmid,
    node,
    name,
    baseVmid,
    generation,
    state: 'PRESENT',
    madeHere: true,
  } as const;
  const booked = await findBooked(database, { classId, role, name });
  if (booked === null) await database.classMachine.create({ data: { ...data, classId, role } });
  else {
    await keepReplaced(database, booked, { step, now });
    await database.classMachine.update({ where: { id: booked.id }, data: { ...data, updatedAt: now } });
  }
}

/** The guest of a REMOVE step is gone: its row is freed; the row of one that was replaced has the new id already. */
export async function forgetGuest(database: Database, step: StepRow): Promise<void> {
  const { clusterId, classId, vmid } = step;
  if (vmid === null) return;
  await releaseLoose(database, { clusterId, vmid });
  if (classId === null) return;
  await database.classMachine.deleteMany({ where: { classId, clusterId, vmid, madeHere: true } });
}

async function keepReplaced(
  database: Database,
  booked: MachineRow,
  { step, now }: { step: StepRow; now: Date },
): Promise<void> {
  const leaving = toLeaving(booked, step.guestKind);
  const isThere = booked.state === 'PRESENT' && booked.vmid !== step.vmid;
  if (leaving !== undefined && isThere) await bookLeaving(database, leaving, now);
}

/** Of machines that others made none is written over, whatever they are called. */
function findBooked(
  database: Database,
  where: Pick<MachineRow, 'classId' | 'role'> & { name: string },
): Promise<MachineRow | null> {
  return database.classMachine.findFirst({
    where: { ...where, OR: [{ madeHere: true }, { vmid: null }] },
    orderBy: { id: 'asc' },
  });
}

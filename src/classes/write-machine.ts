import type { StepRow } from '../replication/rows.ts';
import type { Database } from '../store/store.ts';
import type { MachineRow } from './rows.ts';

/** Writes the row of a machine that a step has made: the booked one of the same name, which a reset finds taken. */
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
  else await database.classMachine.update({ where: { id: booked.id }, data: { ...data, updatedAt: now } });
}

/** Frees the row of a machine that was removed; the row of one that was replaced has the new id already. */
export async function forgetMachine(database: Database, step: StepRow): Promise<void> {
  const { clusterId, classId, vmid } = step;
  if (vmid === null || classId === null) return;
  await database.classMachine.deleteMany({ where: { classId, clusterId, vmid, madeHere: true } });
}

function findBooked(
  database: Database,
  where: Pick<MachineRow, 'classId' | 'role'> & { name: string },
): Promise<MachineRow | null> {
  return database.classMachine.findFirst({ where, orderBy: { id: 'asc' } });
}

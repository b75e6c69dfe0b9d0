import type { RunRow, StepRow } from '../../replication/rows.ts';
import type { Database } from '../../store/database.ts';
import { bookLeaving, explainStay, releaseLoose, toLeaving, type StayReason } from './loose-guests.ts';

/**
 * What a run was to remove of classes and did not: a guest that is to go stays in the books as leaving, with the reason.
 * An old machine whose successor could not be made is not to go, and stays the student's.
 */
export async function bookFailedRemovals(database: Database, run: RunRow, now: Date): Promise<void> {
  const steps = await database.replicationStep.findMany({
    where: { runId: run.id, kind: 'REMOVE', phase: 'FAILED', classId: { not: null } },
    orderBy: { id: 'asc' },
  });
  for (const step of steps) {
    const { clusterId, vmid, classId } = step;
    if (vmid === null || classId === null) continue;
    const failed = { ...step, vmid, classId };
    const reason = { code: step.errorCode ?? 'TASK_FAILED', message: step.errorMessage ?? '' };
    if (reason.code === 'NOT_OURS') await releaseLoose(database, { clusterId, vmid });
    else if ((await explainStay(database, { clusterId, vmid }, { reason, now })) === 0)
      await bookUnlessWanted(database, failed, { run, reason, now });
  }
}

interface FailedRemoval extends StepRow {
  vmid: number;
  classId: number;
}

/** It is not in the books of what is to go yet. */
async function bookUnlessWanted(
  database: Database,
  step: FailedRemoval,
  { run, reason, now }: { run: RunRow; reason: StayReason; now: Date },
): Promise<void> {
  const { clusterId, vmid, classId, guestKind: kind, targetNode: node, name } = step;
  const machine = await database.classMachine.findFirst({
    where: { classId, clusterId, vmid, madeHere: true },
  });
  if (machine !== null) {
    // Only who deletes a class wants its machines gone; who resets one wants the new machine first.
    const leaving = run.kind === 'CLASS_DELETE' ? toLeaving(machine, kind) : undefined;
    if (leaving === undefined) return;
    await bookLeaving(database, { ...leaving, reason }, now);
    await database.classMachine.delete({ where: { id: machine.id } });
    return;
  }
  const users = await database.classMachine.count({ where: { classId, baseVmid: vmid } });
  if (run.kind !== 'CLASS_DELETE' && users > 0) return;
  const base = { role: 'BASE', number: null, baseVmid: null } as const;
  await bookLeaving(database, { clusterId, vmid, kind, node, name, classId, ...base, reason }, now);
}

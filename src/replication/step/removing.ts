import type { StepRow } from '../rows.ts';
import { awaitTask, isSuccess } from './await-task.ts';
import { awaitUnlock } from './await-unlock.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { beginDeletion } from './delete-guest.ts';
import { describeTaskFailure, isPassing, StepFailure } from './failure.ts';
import { lookAt, type PresentGuest } from './look.ts';
import { readRemoveRecipe } from './state.ts';

const types = ['qmdestroy', 'vzdestroy', 'qmstop', 'vzstop', 'qmclone', 'vzclone', 'qmigrate', 'vzmigrate'];

/** REMOVING: deletes a guest that we made. That it is gone is the only success. */
export async function remove(context: StepContext, step: StepRow): Promise<StepRow> {
  const result = step.upid === null ? undefined : await awaitTask(context, step, step.upid);
  const sight = await lookAt(context.client, vmidOf(step), context.signal);
  if (sight.state === 'absent') return finish(context, step);
  if (sight.state === 'hidden') throw notOurs(step, 'it cannot be read');
  checkMarker(step, sight);
  if (result !== undefined && !isSuccess(result)) {
    const reason = describeTaskFailure(result);
    throw new StepFailure(isPassing(reason.code) ? 'retry' : 'leave', reason);
  }
  if (sight.config.lock !== undefined) {
    await awaitUnlock(context, step, { types, nodes: [sight.address.node], vmid: sight.address.vmid });
    return step;
  }
  return beginDeletion(context, step, { guest: sight, stop: readRemoveRecipe(step).stop });
}

function finish(context: StepContext, step: StepRow): Promise<StepRow> {
  const now = new Date(context.clock.now());
  const done = {
    phase: 'DONE',
    upid: null,
    percent: 100,
    finishedAt: now,
    errorCode: null,
    errorMessage: null,
  } as const;
  return context.journal.writeStep(step, done, async (database, written) => {
    const { clusterId, runId } = step;
    const vmid = vmidOf(step);
    const rows = await database.template.findMany({ where: { clusterId, vmid } });
    for (const { id, name, node } of rows) {
      await database.template.delete({ where: { id } });
      await database.templateChange.create({
        data: { at: now, kind: 'REMOVED', clusterId, vmid, name, node, runId },
      });
    }
    await context.extensions.get(step.kind)?.unregister?.(database, written);
  });
}

/** Only what we made, and only what was meant: the id may have been given to another guest meanwhile. */
function checkMarker(step: StepRow, { marker }: PresentGuest): void {
  const { classId } = readRemoveRecipe(step);
  if (marker === undefined) throw notOurs(step, 'it carries no marker of ours');
  if (step.sourceVmid !== 0 && marker.source !== step.sourceVmid)
    throw notOurs(step, 'its marker names another source');
  if (classId !== undefined && marker.classId !== classId)
    throw notOurs(step, 'its marker names another class');
}

function notOurs(step: StepRow, why: string): StepFailure {
  return new StepFailure('leave', {
    code: 'NOT_OURS',
    message: `Guest ${vmidOf(step)} is not removed: ${why}.`,
  });
}

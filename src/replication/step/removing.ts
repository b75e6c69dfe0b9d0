import { parseUpid } from '../../proxmox/tasks/upid.ts';
import type { StepRow } from '../rows.ts';
import { awaitTask, isSuccess } from './await-task.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { beginDeletion } from './delete-guest.ts';
import { StepFailure } from './failure.ts';
import { findRunningTasks } from './find-task.ts';
import { describeHidden, lookAt, type PresentGuest } from './look.ts';
import { readRemoveRecipe } from './state.ts';
import { failWithoutEffect } from './task-failure.ts';

/** Looks at a guest that somebody else has locked. */
const patience = 3;

const types = ['qmdestroy', 'vzdestroy', 'qmstop', 'vzstop', 'qmclone', 'vzclone', 'qmigrate', 'vzmigrate'];

/** REMOVING: deletes a guest that we made. That it is gone is the only success. */
export async function remove(context: StepContext, step: StepRow): Promise<StepRow> {
  const result = step.upid === null ? undefined : await awaitTask(context, step, step.upid);
  const sight = await lookAt(context.client, vmidOf(step), context.signal);
  if (sight.state === 'absent') return finish(context, step);
  if (sight.state === 'hidden') throw new StepFailure('leave', describeHidden(vmidOf(step)));
  checkMarker(step, sight);
  if (result !== undefined && (!isSuccess(result) || parseUpid(result.upid).type.endsWith('destroy')))
    failWithoutEffect(result, {
      missing: `guest ${sight.address.vmid} is still there`,
      otherwise: 'leave',
    });
  const { stop, halfMade } = readRemoveRecipe(step);
  if (sight.config.lock !== undefined && (await outwait(context, sight))) return step;
  return beginDeletion(context, step, { guest: sight, stop, halfMade });
}

/**
 * Waits for the end of a lock; true: look again. A task of a kind that we begin ourselves is waited for to its end,
 * anybody else's for a while: what is still locked then stays, and is taken up by the next pass.
 */
async function outwait(context: StepContext, { address }: PresentGuest): Promise<boolean> {
  const { client, clock, signal, settings } = context;
  const { node, vmid } = address;
  for (let looks = 0; looks < patience; looks += 1) {
    await clock.sleep(settings.lookMs, signal);
    const searches = types.map((type) => findRunningTasks(client, { node, type, vmid, signal }));
    if ((await Promise.all(searches)).flat().length > 0) return true;
    const sight = await lookAt(client, vmid, signal);
    if (sight.state !== 'present' || sight.config.lock === undefined) return true;
  }
  return false;
}

function finish(context: StepContext, step: StepRow): Promise<StepRow> {
  const now = new Date(context.clock.now());
  const done = {
    phase: 'DONE',
    upid: null,
    finishedAt: now,
    errorCode: null,
    errorMessage: null,
    errorDetail: null,
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

import { createSnapshot, startGuest } from '../../proxmox/endpoints/guest-tasks.ts';
import { getGuestStatus } from '../../proxmox/endpoints/guests.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { parseUpid } from '../../proxmox/tasks/upid.ts';
import type { TaskResult } from '../../proxmox/tasks/wait-for-task.ts';
import type { StepRow } from '../rows.ts';
import { awaitTask, isSuccess } from './await-task.ts';
import type { StepContext } from './context.ts';
import type { PresentGuest } from './look.ts';
import { findOwnGuest } from './own-guest.ts';
import { readMakeState } from './state.ts';
import { failWithoutEffect } from './task-failure.ts';

const types = ['qmsnapshot', 'vzsnapshot', 'qmstart', 'vzstart'];

/** STARTING: a snapshot and a start, where the recipe asks for them. */
export async function start(context: StepContext, step: StepRow): Promise<StepRow> {
  const { recipe } = readMakeState(step);
  const { journal, signal, client } = context;
  if (recipe.snapshot === undefined && !recipe.start)
    return journal.writeStep(step, { phase: 'REGISTERING' });
  const result = step.upid === null ? undefined : await awaitTask(context, step, step.upid);
  const guest = await findOwnGuest(context, step, types);
  if (guest === undefined) return step;
  const { address, config } = guest;
  if (recipe.snapshot !== undefined && config.parent !== recipe.snapshot) {
    if (result !== undefined)
      failWithoutEffect(result, { missing: `guest ${address.vmid} has no snapshot ${recipe.snapshot}` });
    const snapname = recipe.snapshot;
    return call(context, step, () => createSnapshot(client, address, { snapname, signal }));
  }
  if (recipe.start && !wasStarted(result) && !(await isRunning(context, guest))) {
    if (result !== undefined && !isSuccess(result)) failWithoutEffect(result, { missing: 'it does not run' });
    return call(context, step, () => startGuest(client, address, { signal }));
  }
  return journal.writeStep(step, { phase: 'REGISTERING', upid: null, attempts: 0 });
}

/** A guest that was started and is down again has a fault of its own; starting it over and over heals nothing. */
function wasStarted(result: TaskResult | undefined): boolean {
  return result !== undefined && isSuccess(result) && parseUpid(result.upid).type.endsWith('start');
}

async function call(context: StepContext, step: StepRow, begin: () => Promise<string>): Promise<StepRow> {
  context.lease.assertHeld();
  try {
    return await context.journal.writeStep(step, { upid: await begin() });
  } catch (error) {
    if (!isProxmoxError(error, 'ALREADY_RUNNING')) throw error;
    return context.journal.writeStep(step, { phase: 'REGISTERING', upid: null, attempts: 0 });
  }
}

async function isRunning({ client, signal }: StepContext, { address }: PresentGuest): Promise<boolean> {
  const { status } = await getGuestStatus(client, address, { signal });
  return status === 'running';
}

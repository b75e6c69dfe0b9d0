import { migrateGuest, type MigrateParameters } from '../../proxmox/endpoints/guest-tasks.ts';
import type { TaskResult } from '../../proxmox/tasks/wait-for-task.ts';
import { countCloned } from '../progress/copies.ts';
import type { StepRow } from '../rows.ts';
import { awaitTask, isSuccess } from './await-task.ts';
import type { StepContext } from './context.ts';
import { findRunningTasks } from './find-task.ts';
import { findLooseVolumes, noteVolumes } from './loose-volumes.ts';
import type { PresentGuest } from './look.ts';
import { nextPhase } from './next-phase.ts';
import { findOwnGuest } from './own-guest.ts';
import { formatMakeState, readMakeState } from './state.ts';
import { describeTaskFailure, failWithoutEffect } from './task-failure.ts';

/** MIGRATING: brings the guest to its node, unless it is there. Where it is decides, not how the task ended. */
export async function migrate(context: StepContext, step: StepRow): Promise<StepRow> {
  const result = step.upid === null ? undefined : await awaitTask(context, step, step.upid);
  const guest = await findOwnGuest(context, step, ['qmigrate', 'vzmigrate']);
  if (guest === undefined) return step;
  if (guest.address.node === step.targetNode) return arrive(context, step, result);
  // The migration undid itself, or did nothing.
  if (result !== undefined)
    failWithoutEffect(result, { missing: `guest ${guest.address.vmid} is still on ${guest.address.node}` });
  return (await adoptMigration(context, step, guest)) ?? call(context, step, guest);
}

/** The guest has moved; whether everything that belongs to moving was done, the former node's storages tell. */
async function arrive(context: StepContext, step: StepRow, result: TaskResult | undefined): Promise<StepRow> {
  if (result !== undefined && !isSuccess(result)) {
    const { message } = describeTaskFailure(result);
    context.logger.warn({ stepId: step.id, vmid: step.vmid }, `arrived in spite of: ${message}`);
  }
  const state = readMakeState(step);
  const loose = state.recipe.cloneTarget ? [] : await findLooseVolumes(context, step);
  const parameters = formatMakeState(noteVolumes(state, loose));
  const phase = nextPhase('MIGRATING', state.recipe);
  const change = { phase, upid: null, attempts: 0, bytesDone: step.bytesTotal };
  return context.journal.writeStep(step, { ...change, parameters });
}

/** A migration that an earlier process began and that has not locked the guest yet. */
async function adoptMigration(
  context: StepContext,
  step: StepRow,
  { address }: PresentGuest,
): Promise<StepRow | undefined> {
  const { client, signal, journal } = context;
  const type = address.kind === 'qemu' ? 'qmigrate' : 'vzmigrate';
  const [running] = await findRunningTasks(client, { node: address.node, type, vmid: address.vmid, signal });
  return running && journal.writeStep(step, { upid: running.upid });
}

async function call(context: StepContext, step: StepRow, { address }: PresentGuest): Promise<StepRow> {
  const { client, journal, lease, signal } = context;
  const bytesDone = countCloned(step);
  lease.assertHeld();
  const upid = await migrateGuest(client, address, { ...describeMigration(step), signal });
  return journal.writeStep(step, { upid, bytesDone });
}

/** The migration as the step's recipe has it. */
export function describeMigration(step: StepRow): MigrateParameters {
  const { recipe } = readMakeState(step);
  return {
    target: step.targetNode,
    targetStorage: recipe.migrateStorage,
    bwlimit: recipe.bandwidthLimit,
  };
}

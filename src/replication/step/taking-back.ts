import { fromRowKind } from '../../inventory/lineage/row-kind.ts';
import { getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { stopTask } from '../../proxmox/endpoints/tasks.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { parseUpid } from '../../proxmox/tasks/upid.ts';
import { computePause } from '../../time/back-off.ts';
import type { StepRow } from '../rows.ts';
import { awaitTask } from './await-task.ts';
import { awaitUnlock } from './await-unlock.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { beginDeletion } from './delete-guest.ts';
import { StepFailure } from './failure.ts';
import { judge } from './judge.ts';
import { findLooseVolumes, noteVolumes } from './loose-volumes.ts';
import { describeHidden, lookAt, type PresentGuest } from './look.ts';
import { formatMakeState, readMakeState } from './state.ts';
import { copyNodesOf, hasCloned, isCloning } from './stub.ts';

const types = ['qmigrate', 'vzmigrate', 'qmtemplate', 'vztemplate', 'qmdestroy', 'vzdestroy'];

/**
 * TAKING_BACK: removes what the step made so far: only a guest that carries the marker with its own id and this step's
 * token. Then the step begins again, has failed or is cancelled, as its verdict says.
 */
export async function takeBack(context: StepContext, step: StepRow): Promise<StepRow> {
  if (step.upid !== null) await endTask(context, step, step.upid);
  const sight = await lookAt(context.client, vmidOf(step), context.signal);
  if (sight.state === 'hidden') throw new StepFailure('leave', describeHidden(vmidOf(step)));
  const judgement = judge(sight, step);
  if (judgement === 'OURS' && sight.state === 'present') return removeOwn(context, step, sight);
  if (judgement === 'LOCKED' || (judgement === 'STUB' && (await hasCloned(context, step)))) {
    await outwait(context, step);
    return step;
  }
  return conclude(context, step);
}

/** What is under way is stopped (it cleans up after itself), except what removes it, and a migration that is as good as over. */
async function endTask(context: StepContext, step: StepRow, upid: string): Promise<void> {
  const { type } = parseUpid(upid);
  const goesOn =
    /(?:destroy|stop)$/.test(type) || (type.endsWith('migrate') && (await hasArrived(context, step)));
  if (!goesOn) await stop(context, upid);
  await awaitTask(context, step, upid);
}

/** Whether a migration has handed its guest over: stopped now, it leaves a lock that only root can take off. */
async function hasArrived({ client, signal }: StepContext, step: StepRow): Promise<boolean> {
  const { guestKind, vmid, targetNode: node } = step;
  if (vmid === null) return false;
  try {
    await getGuestConfig(client, { kind: fromRowKind(guestKind), vmid, node }, { signal });
    return true;
  } catch (error) {
    if (isProxmoxError(error)) return false;
    throw error;
  }
}

async function stop({ client, lease, signal }: StepContext, upid: string): Promise<void> {
  lease.assertHeld();
  try {
    await stopTask(client, upid, { signal });
  } catch (error) {
    if (!isProxmoxError(error, 'TASK_NOT_FOUND', 'FORBIDDEN')) throw error;
  }
}

async function removeOwn(context: StepContext, step: StepRow, guest: PresentGuest): Promise<StepRow> {
  if (step.upid !== null && parseUpid(step.upid).type.endsWith('destroy')) {
    // It was deleted and is still there: a failure, so that the pause grows.
    await context.journal.writeStep(step, { upid: null });
    throw new StepFailure('retry', {
      code: 'TASK_FAILED',
      message: `Guest ${guest.address.vmid} could not be removed yet.`,
    });
  }
  // A copy has its source's protection until it is prepared; later only a person can have given it one.
  const halfMade = !readMakeState(step).prepared;
  return beginDeletion(context, step, { guest, stop: true, halfMade });
}

/** A lock of a task that still runs is waited for; one of a task that is gone is an administrator's matter. */
async function outwait(context: StepContext, step: StepRow): Promise<void> {
  if (await isCloning(context, step)) return context.clock.sleep(context.settings.lookMs, context.signal);
  const nodes = [...new Set([...copyNodesOf(step), step.targetNode])];
  await awaitUnlock(context, step, { types, nodes, vmid: vmidOf(step) });
}

/** Nothing of ours is left that we could remove. */
async function conclude(context: StepContext, step: StepRow): Promise<StepRow> {
  const { settings, clock, random, journal } = context;
  const state = noteVolumes(readMakeState(step), await findLooseVolumes(context, step));
  const nothing = { vmid: null, upid: null, bytesDone: 0n, attempts: 0 };
  const now = clock.now();
  if (state.verdict === 'RETRY' && state.rounds < settings.rounds) {
    const pause = computePause(state.rounds + 1, settings.backOff, random);
    const rounds = state.rounds + 1;
    const cleared = { verdict: undefined, because: undefined, prepared: false, made: undefined };
    const parameters = formatMakeState({ ...state, ...cleared, rounds });
    const notBefore = new Date(now + pause);
    return journal.writeStep(step, { ...nothing, ...state.because, phase: 'PLANNED', parameters, notBefore });
  }
  const phase = state.verdict === 'CANCEL' ? 'CANCELLED' : 'FAILED';
  const why = state.because?.errorMessage ?? step.errorMessage;
  const reason = [why, state.advice].filter((text) => text !== undefined && text !== null);
  const errorMessage = reason.length === 0 ? null : reason.join(' ');
  const finishedAt = new Date(now);
  return journal.writeStep(step, { ...nothing, ...state.because, phase, errorMessage, finishedAt });
}

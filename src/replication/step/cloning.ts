import { cloneGuest, type CloneParameters } from '../../proxmox/endpoints/guest-tasks.ts';
import { ProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { TaskResult } from '../../proxmox/tasks/wait-for-task.ts';
import { countCloned } from '../progress/copies.ts';
import type { StepRow } from '../rows.ts';
import { awaitTask, isSuccess } from './await-task.ts';
import { awaitUnlock } from './await-unlock.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { StepFailure, toFailure, type FailureReason } from './failure.ts';
import { fingerprintGuest, isComplete, judge } from './judge.ts';
import { describeHidden, lookAt, type PresentGuest, type Sight } from './look.ts';
import { ensureMarked } from './mark-again.ts';
import { describeCopy, readSource, readSourceIfSame, type CopySource } from './source.ts';
import { formatMakeState, readMakeState } from './state.ts';
import { cloneTypes, copyNodesOf, copyVmidOf, hasCloned } from './stub.ts';
import { describeTaskFailure, mayHeal } from './task-failure.ts';

/**
 * CLONING: the intent is written. Waits for the task where it is known, then looks at the id that was claimed: what is
 * there decides, whatever the call or the task said.
 */
export async function clone(context: StepContext, step: StepRow): Promise<StepRow> {
  const result = step.upid === null ? undefined : await awaitTask(context, step, step.upid);
  const sight = await lookAt(context.client, vmidOf(step), context.signal);
  const made = result !== undefined && isSuccess(result);
  const own = made && sight.state === 'present' ? await acknowledge(context, step, sight) : step;
  const judgement = judge(sight, own);
  if (judgement === 'ABSENT') return result === undefined ? call(context, step) : failAbsent(result);
  if (judgement === 'OURS' && sight.state === 'present') return advance(context, own, { sight, result });
  // To begin again would leave this one behind, and the next one too.
  if (judgement === 'HIDDEN' && (result !== undefined || (await hasCloned(context, step))))
    throw new StepFailure('leave', describeHidden(vmidOf(step)));
  if (judgement === 'FOREIGN' || judgement === 'HIDDEN') throw foreign(step, sight);
  if (judgement === 'STUB' && !(await mayBeOurs(context, step, result))) throw foreign(step, sight);
  return outwait(context, step);
}

/**
 * Our own task ended well, so what is under the id that we asked for is ours, also where the server dropped the notes
 * that the clone was given. Noted before anything else, so that it is not left behind.
 */
async function acknowledge(context: StepContext, step: StepRow, sight: PresentGuest): Promise<StepRow> {
  if (sight.marker !== undefined || sight.config.lock !== undefined) return step;
  return context.journal.writeStep(step, { parameters: noteMade(step, sight) });
}

/** The step's state with the fingerprint of its guest. */
function noteMade(step: StepRow, guest: PresentGuest): string {
  return formatMakeState({ ...readMakeState(step), made: fingerprintGuest(guest) });
}

/** Nothing is there: the clone call was not made, or had no effect. Two calls with one id cannot both succeed. */
async function call(context: StepContext, step: StepRow): Promise<StepRow> {
  const { client, journal, lease, signal } = context;
  const source = await readSource(context, step);
  lease.assertHeld();
  const request = { ...describeClone(step, source), signal };
  const upid = await cloneGuest(client, source.address, request).catch((error: unknown) => {
    throw toCallFailure(error);
  });
  const copyNode = source.address.node;
  const begun = { upid, copyNode, sourceGeneration: source.generation, bytesDone: 0n };
  return journal.writeStep(step, begun);
}

/** The clone call as the step's recipe has it. */
export function describeClone(step: StepRow, source: CopySource): CloneParameters {
  const { recipe } = readMakeState(step);
  return {
    newid: vmidOf(step),
    name: step.name,
    description: describeCopy(step, source, recipe.note),
    full: recipe.full,
    target: recipe.cloneTarget && step.targetNode !== source.address.node ? step.targetNode : undefined,
    storage: recipe.cloneStorage,
    format: recipe.cloneFormat,
    pool: recipe.pool,
    bwlimit: recipe.full ? recipe.bandwidthLimit : undefined,
  };
}

const lookFirst: ReadonlySet<string> = new Set(['VMID_TAKEN', 'OUTCOME_UNKNOWN', 'LOCK_TIMEOUT']);

/** A refusal did nothing, so the place is free for others meanwhile. After a cut connection there may be a clone. */
function toCallFailure(error: unknown): unknown {
  if (!(error instanceof ProxmoxError)) return error;
  // The id may have been taken by our own, earlier call: the look will tell.
  if (lookFirst.has(error.code)) return retryOf(error);
  const failure = toFailure(error);
  if (failure.action !== 'retry' || error.retryable === 'unknown-outcome') return failure;
  return new StepFailure('begin-again', { code: error.code, message: error.message }, error);
}

function retryOf(error: ProxmoxError): StepFailure {
  return new StepFailure('retry', { code: error.code, message: error.message }, error);
}

function failAbsent(result: TaskResult): never {
  if (isSuccess(result)) {
    const message = `The task ${result.upid} ended well, but its guest is not there: somebody removed it.`;
    throw new StepFailure('begin-again', { code: 'GUEST_VANISHED', message });
  }
  const reason = describeTaskFailure(result);
  if (reason.code === 'VMID_TAKEN') throw new StepFailure('new-vmid', reason);
  if (reason.code === 'VOLUME_EXISTS') throw new StepFailure('new-vmid', adviseOnVolume(reason));
  throw new StepFailure(mayHeal(result) ? 'begin-again' : 'give-up', reason);
}

function adviseOnVolume(reason: FailureReason): FailureReason {
  const advice =
    'a volume of a guest that is gone was left there; look for it and run "pvesm free" on that node';
  return { ...reason, message: `${reason.message}: ${advice}.` };
}

function foreign(step: StepRow, sight: Sight): StepFailure {
  const where = sight.state === 'present' ? ` on ${sight.address.node}` : '';
  const message = `Guest id ${vmidOf(step)} was taken by another guest${where}; the next try takes another id.`;
  return new StepFailure('new-vmid', { code: 'VMID_TAKEN', message });
}

/** It is ours and has no lock. Without a task that ended well, the disks tell whether it is whole. */
async function advance(
  context: StepContext,
  step: StepRow,
  { sight, result }: { sight: PresentGuest; result: TaskResult | undefined },
): Promise<StepRow> {
  if (!(result && isSuccess(result)) && !sight.config.template) await checkComplete(context, step, sight);
  const { marker } = await ensureMarked(context, step, sight);
  return context.journal.writeStep(step, {
    phase: 'PREPARING',
    upid: null,
    bytesDone: countCloned(step),
    attempts: 0,
    parameters: noteMade(step, sight),
    sourceGeneration: marker?.generation ?? step.sourceGeneration,
    errorCode: null,
    errorMessage: null,
    errorDetail: null,
  });
}

async function checkComplete(context: StepContext, step: StepRow, sight: PresentGuest): Promise<void> {
  const source = await readSourceIfSame(context, step);
  const generation = sight.marker?.generation ?? step.sourceGeneration;
  const same = source !== undefined && source.generation === generation;
  if (same && isComplete(sight.config, source.config)) return;
  const message = `Guest ${vmidOf(step)} was left half copied; it is removed and copied again.`;
  throw new StepFailure('take-back', { code: 'INCOMPLETE_COPY', message });
}

/**
 * A stub tells nothing about whose it is. It is not ours when our task failed (it cleans up), or when no clone of the
 * source began since the step did; in doubt it counts as ours, which means that it is waited for and never touched.
 */
function mayBeOurs(context: StepContext, step: StepRow, result: TaskResult | undefined): Promise<boolean> {
  if (result !== undefined) return Promise.resolve(result.outcome !== 'failed');
  return hasCloned(context, step);
}

/** A clone to our id is under way, or was: we wait for its end. */
async function outwait(context: StepContext, step: StepRow): Promise<StepRow> {
  await awaitUnlock(context, step, { types: cloneTypes, nodes: copyNodesOf(step), vmid: copyVmidOf(step) });
  return step;
}

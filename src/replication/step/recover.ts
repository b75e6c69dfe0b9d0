import { ProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { computePause } from '../../time/back-off.ts';
import type { StepPhase, StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { isRefusal, isStubborn, type StepFailure } from './failure.ts';
import { rememberRefusal, type RefusalMemory } from './remember-refusal.ts';
import { formatMakeState, readMakeState, type Verdict } from './state.ts';

/** Tries of taking back what is on a node that does not answer. */
const fewAttempts = 3;

/** Phases in which a whole copy was there: whoever begins again from here copies everything once more. */
const copied: readonly StepPhase[] = ['PREPARING', 'MIGRATING', 'CONVERTING', 'STARTING'];

/** Writes what follows from a failure. */
export async function recover(context: StepContext, step: StepRow, failure: StepFailure): Promise<StepRow> {
  const { journal, settings, clock, random, logger } = context;
  const attempts = step.attempts + 1;
  const last = isLast(context, step, { failure, attempts });
  const memory = isRefused(step, failure) ? await rememberRefusal(context, step) : {};
  const { code: errorCode, message: errorMessage, detail: errorDetail = null } = failure;
  const reason = { errorCode, errorMessage, errorDetail, ...memory };
  logger.warn({ stepId: step.id, phase: step.phase, attempts, code: failure.code }, failure.message);
  const notBefore = new Date(clock.now() + computePause(attempts, settings.backOff, random));
  // A request that failed says nothing about the task: it is asked for again.
  const task = failure.cause instanceof ProxmoxError ? {} : { upid: null };
  const again = { attempts, notBefore, ...task, ...reason };
  if (failure.action === 'leave') return end(context, step, reason);
  if (failure.action === 'take-back') return toTakingBack(context, step, { verdict: 'RETRY', reason });
  if (failure.action === 'give-up' || last) return giveUp(context, step, reason);
  if (failure.action === 'retry') return journal.writeStep(step, again);
  const vmid = failure.action === 'new-vmid' ? avoidId(step, failure) : {};
  const round = nextRound(step);
  if (round.rounds > settings.rounds) return end(context, step, { ...reason, vmid: null });
  return journal.writeStep(step, { ...again, ...vmid, ...round.change, phase: 'PLANNED' });
}

/** Whether there is to be no other try: too many were made, or they all end in the same words. */
function isLast(
  { settings }: StepContext,
  step: StepRow,
  { failure, attempts }: { failure: StepFailure; attempts: number },
): boolean {
  // What lies on a node that is off is taken up by the next pass; until then it must not hold up the others.
  const away = step.phase === 'TAKING_BACK' && failure.code === 'NODE_UNREACHABLE' && attempts >= fewAttempts;
  return away || attempts >= settings.attempts || isStubborn(failure, step);
}

/** Whether Proxmox would say the same the next time. */
function isRefused(step: StepRow, failure: StepFailure): boolean {
  const final = failure.action === 'give-up' || isStubborn(failure, step);
  return final && isRefusal(failure) && step.phase !== 'TAKING_BACK';
}

/** Another id is to be taken; what is in the way under this one is told once the step is done. */
function avoidId(step: StepRow, { code, message }: StepFailure): { vmid: null; parameters: string } {
  const state = readMakeState(step);
  const avoid = step.vmid === null ? state.avoid : [...state.avoid, step.vmid];
  const advice = code === 'VOLUME_EXISTS' ? message : state.advice;
  return { vmid: null, parameters: formatMakeState({ ...state, avoid, advice }) };
}

/** How often a whole copy was lost, this time included, and the state that remembers it. */
function nextRound(step: StepRow): { rounds: number; change: { parameters?: string } } {
  if (!copied.includes(step.phase)) return { rounds: 0, change: {} };
  const state = readMakeState(step);
  const rounds = state.rounds + 1;
  return {
    rounds,
    change: { parameters: formatMakeState({ ...state, rounds, made: undefined, prepared: false }) },
  };
}

interface Reason extends RefusalMemory {
  errorCode: string;
  errorMessage: string;
  errorDetail?: string | null;
}

/** A failed removal leaves what is there; the id stays in the row, so that the next pass looks at it again. */
function giveUp(context: StepContext, step: StepRow, reason: Reason): Promise<StepRow> {
  const nothingMade = step.vmid === null;
  if (nothingMade || step.phase === 'TAKING_BACK' || step.kind === 'REMOVE')
    return end(context, step, reason);
  return toTakingBack(context, step, { verdict: 'FAIL', reason });
}

/** What the step made so far is to be removed; the verdict says what follows then. */
export function toTakingBack(
  { journal }: StepContext,
  step: StepRow,
  { verdict, reason }: { verdict: Verdict; reason: Reason },
): Promise<StepRow> {
  const { refusedAt: _refusedAt, ...because } = reason;
  const parameters = formatMakeState({ ...readMakeState(step), verdict, because });
  return journal.writeStep(step, { phase: 'TAKING_BACK', attempts: 0, parameters, ...reason });
}

function end(
  { journal, clock }: StepContext,
  step: StepRow,
  change: Reason & { vmid?: null },
): Promise<StepRow> {
  const finishedAt = new Date(clock.now());
  const told = step.phase === 'TAKING_BACK' ? tellBoth(step, change) : change;
  return journal.writeStep(step, { phase: 'FAILED', upid: null, finishedAt, ...told });
}

/** Why it was to be taken back, and why it could not be: that is what is left to be done. */
function tellBoth<Change extends Reason>(step: StepRow, change: Change): Change {
  const { because } = readMakeState(step);
  if (because === undefined) return change;
  const errorMessage = `${because.errorMessage} (and what was made of it is still there: ${change.errorMessage})`;
  return { ...change, errorMessage, errorDetail: change.errorDetail ?? because.errorDetail };
}

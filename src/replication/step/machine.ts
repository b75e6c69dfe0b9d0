import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { isFinal } from '../phases.ts';
import type { StepPhase, StepRow } from '../rows.ts';
import { clone } from './cloning.ts';
import type { StepContext } from './context.ts';
import { convert } from './converting.ts';
import { StepFailure, toFailure } from './failure.ts';
import { migrate } from './migrating.ts';
import { begin } from './planned.ts';
import { prepare } from './preparing.ts';
import { recover, toTakingBack } from './recover.ts';
import { register } from './registering.ts';
import { remove } from './removing.ts';
import { start } from './starting.ts';
import { takeBack } from './taking-back.ts';

type Phase = (context: StepContext, step: StepRow) => Promise<StepRow>;

const phases: Readonly<Record<Exclude<StepPhase, 'DONE' | 'FAILED' | 'CANCELLED'>, Phase>> = {
  PLANNED: begin,
  CLONING: clone,
  PREPARING: prepare,
  MIGRATING: migrate,
  CONVERTING: convert,
  STARTING: start,
  REGISTERING: register,
  REMOVING: remove,
  TAKING_BACK: takeBack,
};

/** Phases that are not broken off by a cancellation: they end soon, or they are its consequence. */
const uninterrupted: readonly StepPhase[] = ['REGISTERING', 'REMOVING', 'TAKING_BACK'];

export interface StepRun {
  context: StepContext;
  step: StepRow;
  /** Aborted with `Cancelled` when the run is cancelled. */
  cancelled: AbortSignal;
}

/**
 * Brings a step to its end, phase by phase, from whatever phase it is in. Returns it when it is final, went back to
 * PLANNED, or has to wait for its next try. Rejects when this server has to let go of it; the row then says all that the
 * next one needs.
 */
export async function runStep({ context, step, cancelled }: StepRun): Promise<StepRow> {
  let current = step;
  for (let first = true; !isFinal(current) && (first || !isWaiting(context, current)); first = false) {
    current = await advance(context, current, cancelled);
  }
  return current;
}

function isWaiting({ clock }: StepContext, { phase, notBefore }: StepRow): boolean {
  return phase === 'PLANNED' || (notBefore?.getTime() ?? 0) > clock.now();
}

async function advance(context: StepContext, step: StepRow, cancelled: AbortSignal): Promise<StepRow> {
  const free = uninterrupted.includes(step.phase);
  const signal = free ? context.signal : AbortSignal.any([context.signal, cancelled]);
  const interruptible = { ...context, signal };
  try {
    signal.throwIfAborted();
    await waitForTurn(interruptible, step);
    return await enter(interruptible, step);
  } catch (error) {
    if (context.signal.aborted) throw error;
    if (signal.aborted) return cancel(context, step.id);
    const latest = await reload(context, step.id);
    return recover(context, latest, toStepFailure(error, context, latest));
  }
}

function enter(context: StepContext, step: StepRow): Promise<StepRow> {
  if (step.phase === 'DONE' || step.phase === 'FAILED' || step.phase === 'CANCELLED')
    return Promise.resolve(step);
  return phases[step.phase](context, step);
}

async function waitForTurn({ clock, signal }: StepContext, { notBefore }: StepRow): Promise<void> {
  const pause = (notBefore?.getTime() ?? 0) - clock.now();
  if (pause > 0) await clock.sleep(pause, signal);
}

/** What a failure of the store or a lost lease means is not the step's to say. */
function toStepFailure(error: unknown, context: StepContext, step: StepRow): StepFailure {
  if (error instanceof StepFailure) return error;
  if (isProxmoxError(error)) return toFailure(error);
  context.logger.error({ err: error, stepId: step.id, phase: step.phase }, 'step broke off');
  throw error;
}

async function reload(context: StepContext, id: number): Promise<StepRow> {
  return context.store.prisma.replicationStep.findUniqueOrThrow({ where: { id } });
}

async function cancel(context: StepContext, id: number): Promise<StepRow> {
  const step = await reload(context, id);
  if (isFinal(step) || uninterrupted.includes(step.phase)) return step;
  const reason = { errorCode: 'CANCELLED', errorMessage: 'The run was cancelled.' };
  if (step.vmid === null) {
    const finishedAt = new Date(context.clock.now());
    return context.journal.writeStep(step, { phase: 'CANCELLED', finishedAt, ...reason });
  }
  return toTakingBack(context, step, { verdict: 'CANCEL', reason });
}

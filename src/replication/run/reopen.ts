import type { Plan, PlannedStep } from '../plan/plan.ts';
import { formatBasis } from '../plan/refused-before.ts';
import type { StepRow } from '../rows.ts';
import { judge } from '../step/judge.ts';
import { formatMakeState, readMakeState } from '../step/state.ts';
import type { StepChange } from '../step/journal.ts';
import type { Leftover } from './find-halves.ts';

/** What becomes of a leftover step: a change of its row, and whether it stands for a planned step from now on. */
export interface Reopening {
  step: StepRow;
  change: StepChange;
  /** It stands for the planned step of its pair, which is not begun then. */
  active: boolean;
}

/**
 * Decides about what earlier runs left: nothing is there any more; it turned into a template all the same; or it is gone
 * on with in this run, finished or taken back. Where the plan cannot tell now whether it is wanted, it stays. Pure.
 */
export function reopen({ step, sight }: Leftover, runId: number, plan: Plan): Reopening {
  // Until it is known what is there, nothing else is begun for the same pair.
  if (sight === undefined || sight.state === 'hidden') return { step, change: {}, active: true };
  const judgement = judge(sight, step);
  if (judgement === 'ABSENT' || judgement === 'FOREIGN')
    return { step, change: { vmid: null }, active: false };
  const finished = judgement === 'OURS' && sight.state === 'present' && sight.config.template;
  if (finished && sight.address.node === step.targetNode)
    return { step, change: { ...done, bytesDone: step.bytesTotal }, active: false };
  const wish = findWish(step, plan);
  if (wish === 'UNKNOWN') return { step, change: {}, active: false };
  const state = readMakeState(step);
  const fresh = { runId, attempts: 0, notBefore: null, upid: null, finishedAt: null, refusedAt: null };
  if (wish === 'WANTED' && state.verdict === undefined)
    return { step, change: { ...fresh, ...renew(step, plan), phase: 'CLONING' }, active: true };
  const verdict = wish === 'WANTED' ? 'RETRY' : 'CANCEL';
  const parameters = formatMakeState({ ...state, verdict, rounds: 0 });
  // What was refused and is not wanted again for that reason stays refused; it copies nothing any more.
  const memory = wish === 'WANTED' ? renew(step, plan) : { refusedAt: step.refusedAt, bytesTotal: 0n };
  return { step, change: { ...fresh, ...memory, phase: 'TAKING_BACK', parameters }, active: true };
}

/** It goes on from what is the case now. */
function renew(step: StepRow, { steps }: Plan): StepChange {
  const planned = steps.find((one) => isSamePair(one, step));
  return planned ? { basis: formatBasis(planned.basis), bytesTotal: BigInt(planned.bytes) } : {};
}

/** Only replicas are wanted by a plan: what is half made of anything else is made anew when somebody asks again. */
function findWish(step: StepRow, { steps, placements }: Plan): 'WANTED' | 'UNWANTED' | 'UNKNOWN' {
  if (step.kind !== 'REPLICA') return 'UNWANTED';
  if (steps.some((planned) => isSamePair(planned, step))) return 'WANTED';
  const placement = placements.find(
    ({ sourceVmid, node }) => sourceVmid === step.sourceVmid && node === step.targetNode,
  );
  if (placement === undefined) return 'UNWANTED';
  const settled = placement.status === 'PRESENT' || placement.status === 'NOT_WANTED';
  return settled || placement.reason?.code === 'REFUSED_BEFORE' ? 'UNWANTED' : 'UNKNOWN';
}

const done = { phase: 'DONE', errorCode: null, errorMessage: null, errorDetail: null } as const;

export function isSamePair(planned: PlannedStep, step: Pick<StepRow, 'sourceVmid' | 'targetNode'>): boolean {
  return planned.sourceVmid === step.sourceVmid && planned.targetNode === step.targetNode;
}

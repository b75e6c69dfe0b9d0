import type { PlannedStep } from '../plan/plan.ts';
import type { StepRow } from '../rows.ts';
import { judge } from '../step/judge.ts';
import { formatMakeState, readMakeState } from '../step/state.ts';
import type { StepChange } from '../step/journal.ts';
import type { Leftover } from './find-halves.ts';

/** What becomes of a leftover step: a change of its row, and whether it stands for a planned step from now on. */
export interface Reopening {
  step: StepRow;
  change: StepChange;
  /** It takes part in the run again. */
  active: boolean;
}

/**
 * Decides about what earlier runs left: nothing is there any more, or it turned into a template all the same, or it is
 * gone on with in this run: finished where it is wanted and was not condemned, taken back otherwise. Pure.
 */
export function reopen({ step, sight }: Leftover, runId: number, steps: readonly PlannedStep[]): Reopening {
  const judgement = judge(sight, step);
  if (judgement === 'ABSENT' || judgement === 'FOREIGN')
    return { step, change: { vmid: null }, active: false };
  const finished = judgement === 'OURS' && sight.state === 'present' && sight.config.template;
  if (finished && sight.address.node === step.targetNode) return { step, change: done, active: false };
  const wanted = steps.some((planned) => isSamePair(planned, step));
  const { recipe, verdict } = readMakeState(step);
  const condemned = verdict !== undefined || !wanted;
  const next = condemned
    ? {
        phase: 'TAKING_BACK' as const,
        parameters: formatMakeState({ recipe, verdict: wanted ? 'RETRY' : 'CANCEL', rounds: 0 }),
      }
    : { phase: 'CLONING' as const };
  const fresh = { runId, attempts: 0, notBefore: null, upid: null, finishedAt: null };
  return { step, change: { ...fresh, ...next }, active: true };
}

const done = { phase: 'DONE', percent: 100, errorCode: null, errorMessage: null } as const;

export function isSamePair(planned: PlannedStep, step: Pick<StepRow, 'sourceVmid' | 'targetNode'>): boolean {
  return planned.sourceVmid === step.sourceVmid && planned.targetNode === step.targetNode;
}

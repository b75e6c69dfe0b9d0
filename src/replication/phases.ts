import type { StepPhase, StepRow } from './rows.ts';

/** Phases in which nothing more is done. */
export const finalPhases: readonly StepPhase[] = ['DONE', 'FAILED', 'CANCELLED'];

export function isFinal({ phase }: Pick<StepRow, 'phase'>): boolean {
  return finalPhases.includes(phase);
}

import { isFinal } from '../phases.ts';
import type { StepRow } from '../rows.ts';
import { readPredecessors } from '../step/state.ts';

/**
 * Whether a step has to wait for no other of its run any more. A predecessor that failed lets its followers begin too:
 * they fail by themselves, with its reason.
 */
export function isUnblocked(step: StepRow, byToken: ReadonlyMap<string, StepRow>): boolean {
  return readPredecessors(step).every((token) => {
    const predecessor = byToken.get(token);
    return predecessor === undefined || isFinal(predecessor);
  });
}

import type { StepRow } from '../rows.ts';
import { StepFailure } from './failure.ts';

/** The id the step has claimed; a step without one never gets this far. */
export function vmidOf({ id, vmid }: Pick<StepRow, 'id' | 'vmid'>): number {
  if (vmid !== null) return vmid;
  throw new StepFailure('leave', {
    code: 'INTERNAL',
    message: `Step ${id} has no vmid in a phase that needs one.`,
  });
}

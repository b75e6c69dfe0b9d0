import type { StepRow } from '../rows.ts';
import { readMakeState } from '../step/state.ts';

/** What of a step tells how many of its bytes are done. */
export type CopiedStep = Pick<
  StepRow,
  'phase' | 'bytesTotal' | 'parameters' | 'copyNode' | 'sourceNode' | 'targetNode'
>;

/** Whether the guest is cloned where it is to be; else it is cloned on one node and migrated to another: copied twice. */
export function isCopiedOnce({ copyNode, sourceNode, targetNode, parameters }: CopiedStep): boolean {
  const { cloneTarget } = readMakeState({ parameters }).recipe;
  return cloneTarget || (copyNode ?? sourceNode ?? targetNode) === targetNode;
}

/**
 * Bytes of the guest that are done when `copied` bytes of the step's present copy are: of two copies each counts for
 * half. Never more than the guest has. Pure.
 */
export function countDone(step: CopiedStep, copied: number): bigint {
  const copies = isCopiedOnce(step) ? 1n : 2n;
  const before = step.phase === 'MIGRATING' ? step.bytesTotal / copies : 0n;
  const own = BigInt(Math.max(0, Math.round(copied)));
  const done = before + (own > step.bytesTotal ? step.bytesTotal : own) / copies;
  return done > step.bytesTotal ? step.bytesTotal : done;
}

/** Bytes of the guest that are done when its clone is whole. */
export function countCloned(step: CopiedStep): bigint {
  return countDone({ ...step, phase: 'CLONING' }, Number(step.bytesTotal));
}

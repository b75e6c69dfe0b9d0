import type { PlannedStep } from '../plan/plan.ts';
import type { Stray } from './find-halves.ts';

export interface StrayAssignment {
  /** Planned steps that a stray is the beginning of. */
  adopted: { step: PlannedStep; stray: Stray }[];
  /** Strays of no use. */
  surplus: Stray[];
  /** Planned steps that have to begin from nothing. */
  rest: PlannedStep[];
}

/**
 * Gives strays to the planned steps whose beginnings they are: same source, same generation, and on the way: on the
 * target node already, or on the node that the copy is made on. Pure.
 */
export function assignStrays(steps: readonly PlannedStep[], strays: readonly Stray[]): StrayAssignment {
  const rest = [...steps];
  const adopted: StrayAssignment['adopted'] = [];
  const surplus: Stray[] = [];
  for (const stray of strays) {
    const fits = rest.filter((step) => isBeginningOf(stray, step));
    const step = fits.find(({ targetNode }) => targetNode === stray.guest.address.node) ?? fits[0];
    if (step === undefined) surplus.push(stray);
    else {
      rest.splice(rest.indexOf(step), 1);
      adopted.push({ step, stray });
    }
  }
  return { adopted, surplus, rest };
}

function isBeginningOf({ guest }: Stray, step: PlannedStep): boolean {
  const { marker, address } = guest;
  const sameSource = marker.source === step.sourceVmid && marker.generation === step.sourceGeneration;
  const onTheWay =
    address.node === step.targetNode || (step.migrate !== undefined && address.node === step.copyNode);
  return sameSource && onTheWay && address.kind === step.guestKind;
}

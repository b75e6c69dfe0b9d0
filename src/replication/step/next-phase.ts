import type { MakeRecipe } from '../recipe.ts';
import type { StepPhase } from '../rows.ts';

/** The phase after one in which a guest was brought to its node, or made a template: only what there is to do. Pure. */
export function nextPhase(
  after: 'MIGRATING' | 'CONVERTING',
  { convert, snapshot, start }: Pick<MakeRecipe, 'convert' | 'snapshot' | 'start'>,
): StepPhase {
  if (after === 'MIGRATING' && convert) return 'CONVERTING';
  return snapshot !== undefined || start ? 'STARTING' : 'REGISTERING';
}

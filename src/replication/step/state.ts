import { z } from 'zod';
import { makeRecipeSchema, removeRecipeSchema, type MakeRecipe, type RemoveRecipe } from '../recipe.ts';
import type { StepRow } from '../rows.ts';

/** What follows once a half-made guest has been taken back. */
const verdictSchema = z.enum(['RETRY', 'FAIL', 'CANCEL']);

const makeStateSchema = z.object({
  recipe: makeRecipeSchema,
  verdict: verdictSchema.optional(),
  /** Why it is taken back: what goes wrong meanwhile does not stand in its place in the end. */
  because: z
    .object({ errorCode: z.string(), errorMessage: z.string(), errorDetail: z.string().nullish() })
    .optional(),
  /** The copy's configuration was made its own: what it inherited and was not to is taken off. */
  prepared: z.boolean().default(false),
  /** How often the guest was taken back and begun again. */
  rounds: z.int().default(0),
  /** Fingerprint of the guest that the step's own task made under its id: by it a guest that lost its marker is known. */
  made: z.string().optional(),
  /** Ids that turned out not to be usable. */
  avoid: z.array(z.int()).default([]),
  /** What an administrator has to know although the step went on. */
  advice: z.string().optional(),
});

const removeStateSchema = z.object({ recipe: removeRecipeSchema });

export type Verdict = z.output<typeof verdictSchema>;
export type MakeState = z.output<typeof makeStateSchema>;

/** What a step that makes a guest keeps as JSON. @throws ZodError when the stored text is damaged. */
export function readMakeState(step: Pick<StepRow, 'parameters'>): MakeState {
  return makeStateSchema.parse(JSON.parse(step.parameters));
}

export function readRemoveRecipe(step: Pick<StepRow, 'parameters'>): RemoveRecipe {
  return removeStateSchema.parse(JSON.parse(step.parameters)).recipe;
}

export function formatMakeState(state: MakeState): string {
  return JSON.stringify(state);
}

/** The text stored for a new step. */
export function formatRecipe(recipe: MakeRecipe | RemoveRecipe): string {
  return JSON.stringify({ recipe });
}

/** Tokens of the steps that must be DONE before this one. */
export function readPredecessors(step: Pick<StepRow, 'kind' | 'parameters'>): readonly string[] {
  if (step.kind === 'REMOVE') return readRemoveRecipe(step).after;
  const { after, sourceStep } = readMakeState(step).recipe;
  return sourceStep === undefined ? after : [...after, sourceStep];
}

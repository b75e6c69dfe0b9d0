import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import type { MakeOrder, StepOrder } from './order.ts';
import { makeRecipeSchema, removeRecipeSchema } from './recipe.ts';
import { formatRecipe } from './step/state.ts';

export type StepData = Prisma.ReplicationStepUncheckedCreateInput;

/** The row of a new step. @throws ZodError when the recipe is not valid. */
export function toStepData(order: StepOrder, place: { runId: number; clusterId: string }): StepData {
  return { ...place, ...(order.kind === 'REMOVE' ? describeRemoval(order) : describeMake(order)) };
}

type Described = Omit<StepData, 'runId' | 'clusterId'>;

function describeRemoval(order: Extract<StepOrder, { kind: 'REMOVE' }>): Described {
  const { kind, token, guestKind, vmid, node, sourceVmid, name, classId, recipe } = order;
  const parameters = formatRecipe(removeRecipeSchema.parse(recipe));
  return {
    kind,
    token,
    guestKind,
    vmid,
    sourceVmid,
    name,
    classId,
    targetNode: node,
    way: 'REMOVE',
    parameters,
  };
}

function describeMake(order: MakeOrder): Described {
  const { recipe, bytes = 0n, ...columns } = order;
  const parsed = makeRecipeSchema.parse(recipe);
  return { ...columns, parameters: formatRecipe(parsed), bytesTotal: bytes };
}

import { toRowKind } from '../../inventory/lineage/row-kind.ts';
import type { MakeOrder, RemoveOrder } from '../order.ts';
import type { PlannedRemoval, PlannedStep } from '../plan/plan.ts';
import { formatBasis } from '../plan/refused-before.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import type { RemoveRecipeInput } from '../recipe.ts';

/** A planned replica as an order to the step machine. */
export function draftReplica(step: PlannedStep, policy: ReplicationPolicy, token: string): MakeOrder {
  const { guestKind, way, sourceVmid, sourceNode, sourceGeneration, copyVmid, copyNode, targetNode } = step;
  const { clone, migrate, prepare, bandwidthLimit, storages } = step;
  return {
    kind: 'REPLICA',
    token,
    guestKind: toRowKind(guestKind),
    sourceVmid,
    sourceNode,
    sourceGeneration,
    copyVmid,
    copyNode,
    targetNode,
    targetStorage: step.targetStorage,
    way,
    name: step.name,
    classId: step.classId,
    replacesVmid: step.replacesVmid,
    bytes: BigInt(step.bytes),
    basis: formatBasis(step.basis),
    recipe: {
      full: true,
      cloneTarget: clone.target !== undefined,
      cloneStorage: clone.storage,
      cloneFormat: clone.format,
      pool: policy.pool,
      migrateStorage: migrate?.targetStorage,
      bandwidthLimit,
      detach: prepare.detach,
      remove: prepare.remove,
      vmids: policy.vmidRange,
      storages,
    },
  };
}

/** What an order to remove a replica needs to know of it. */
export type DoomedReplica = Pick<PlannedRemoval, 'guestKind' | 'vmid' | 'node' | 'name' | 'sourceVmid'>;

/** The removal of a replica as an order to the step machine. */
export function draftRemoval(
  { guestKind, vmid, node, name, sourceVmid }: DoomedReplica,
  token: string,
  recipe: RemoveRecipeInput = {},
): RemoveOrder {
  return { kind: 'REMOVE', token, guestKind: toRowKind(guestKind), vmid, node, name, sourceVmid, recipe };
}

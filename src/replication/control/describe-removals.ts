import type { KeptReplica, ReplicaRemoval } from '../replicator.ts';
import type { SortedRemovals } from '../run/sort-removals.ts';

/** Sorted removals in the words of answers. */
export function describeRemovals({ remove, keep }: SortedRemovals<ReplicaRemoval>): {
  remove: ReplicaRemoval[];
  keep: KeptReplica[];
} {
  return {
    remove: remove.map(describe),
    keep: keep.map(({ reason, ...replica }) => ({
      ...describe(replica),
      reasonCode: reason.code,
      reason: reason.message,
    })),
  };
}

function describe({ vmid, name, node, sourceVmid, why }: ReplicaRemoval): ReplicaRemoval {
  return { vmid, name, node, sourceVmid, why };
}

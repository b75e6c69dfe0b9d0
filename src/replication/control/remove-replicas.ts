import type { Template } from '../../../prisma/generated/sqlite/client.ts';
import { fromRowKind } from '../../inventory/lineage/row-kind.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { findUnconfirmed } from '../confirm-removal.ts';
import { getCluster, type Engine, type EngineCluster } from '../engine.ts';
import { ReplicationError } from '../replication-error.ts';
import type { RemovalAnswer, RemovalRequest, ReplicaRemoval } from '../replicator.ts';
import { draftRemoval, type DoomedReplica } from '../run/draft-order.ts';
import { sortRemovals, type SortedRemovals } from '../run/sort-removals.ts';
import { createToken } from '../token.ts';
import { describeRemovals } from './describe-removals.ts';
import { submitOrder } from './submit.ts';

type Doomed = DoomedReplica & ReplicaRemoval;

/**
 * Queues the removal of replicas, and says what will stay all the same: a step of the run gives the reason again, or
 * removes it when the reason is gone by then. What the rows tell is checked at once.
 *
 * @throws ReplicationError TEMPLATE_NOT_FOUND, NOT_A_REPLICA, CLUSTER_NOT_FOUND, CLUSTER_UNREACHABLE (dry runs only),
 * CONFIRMATION_NEEDED
 */
export async function removeReplicas(engine: Engine, request: RemovalRequest): Promise<RemovalAnswer> {
  const { clusterId, vmids, trigger, idempotencyKey, confirm, dryRun = false } = request;
  const cluster = getCluster(engine, clusterId);
  const wanted = [...new Set(vmids)];
  const rows = await engine.store.prisma.template.findMany({ where: { clusterId, vmid: { in: wanted } } });
  const doomed = wanted.map((vmid) => {
    const row = rows.find((one) => one.vmid === vmid && one.state !== 'MISSING');
    return describe(row, { clusterId, vmid });
  });
  const answer = describeRemovals(await look(cluster, doomed, dryRun));
  if (dryRun) return answer;
  const unconfirmed = findUnconfirmed({ count: wanted.length, name: clusterId, confirm });
  if (unconfirmed !== undefined) throw new ReplicationError('CONFIRMATION_NEEDED', unconfirmed);
  const run = await submitOrder(engine, {
    kind: 'REMOVAL',
    clusterId,
    trigger,
    idempotencyKey,
    request: { vmids: wanted },
    steps: doomed.map((replica) => draftRemoval(replica, createToken(engine.random))),
  });
  return { ...answer, run };
}

/** A cluster that does not answer now is looked at by the steps; only a dry run has nothing to say then. */
async function look(
  { id, client }: EngineCluster,
  doomed: readonly Doomed[],
  dryRun: boolean,
): Promise<SortedRemovals<Doomed>> {
  try {
    return await sortRemovals({ client }, doomed);
  } catch (error) {
    if (!isProxmoxError(error)) throw error;
    if (!dryRun) return { remove: [...doomed], keep: [] };
    const message = `Cluster "${id}" cannot be asked now: ${error.message}`;
    throw new ReplicationError('CLUSTER_UNREACHABLE', message, error);
  }
}

function describe(
  row: Template | undefined,
  { clusterId, vmid }: { clusterId: string; vmid: number },
): Doomed {
  if (row === undefined || row.node === null) {
    throw new ReplicationError(
      'TEMPLATE_NOT_FOUND',
      `Cluster ${clusterId} has no template ${vmid}; scan it first.`,
    );
  }
  if (!row.isReplica || row.sourceVmid === null) {
    throw new ReplicationError(
      'NOT_A_REPLICA',
      `Template ${vmid} is an original; only replicas are removed.`,
    );
  }
  if (row.isClassTemplate) {
    const owner = row.classId === null ? 'a class' : `class ${row.classId}`;
    throw new ReplicationError(
      'NOT_A_REPLICA',
      `Template ${vmid} is a base of ${owner}, which machines hang on; it goes with its class: hub class delete.`,
    );
  }
  const { node, name, kind, sourceVmid } = row;
  return { vmid, node, name, sourceVmid, guestKind: fromRowKind(kind), why: 'REQUESTED' };
}

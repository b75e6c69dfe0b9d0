import type { Template } from '../../../prisma/generated/sqlite/client.ts';
import { fromRowKind } from '../../inventory/row-kind.ts';
import { getCluster, type Engine } from '../engine.ts';
import { ReplicationError } from '../replication-error.ts';
import type { RemovalRequest } from '../replicator.ts';
import type { RunRow } from '../rows.ts';
import { draftRemoval } from '../run/draft-order.ts';
import { createToken } from '../token.ts';
import { submitOrder } from './submit.ts';

/**
 * Queues the removal of replicas. Markers, linked clones and quorum are looked at when it runs; what the rows tell is
 * checked at once. @throws ReplicationError TEMPLATE_NOT_FOUND, NOT_A_REPLICA, CLUSTER_NOT_FOUND
 */
export async function removeReplicas(engine: Engine, request: RemovalRequest): Promise<RunRow> {
  const { clusterId, vmids, trigger, idempotencyKey } = request;
  getCluster(engine, clusterId);
  const wanted = [...new Set(vmids)];
  const rows = await engine.store.prisma.template.findMany({ where: { clusterId, vmid: { in: wanted } } });
  const steps = wanted.map((vmid) => {
    const row = rows.find((one) => one.vmid === vmid && one.state !== 'MISSING');
    return draftRemoval(describe(row, { clusterId, vmid }), createToken(engine.random));
  });
  return submitOrder(engine, {
    kind: 'REMOVAL',
    clusterId,
    trigger,
    idempotencyKey,
    request: { vmids: wanted },
    steps,
  });
}

function describe(row: Template | undefined, { clusterId, vmid }: { clusterId: string; vmid: number }) {
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
  const { node, name, kind, sourceVmid } = row;
  return { vmid, node, name, sourceVmid, guestKind: fromRowKind(kind) };
}

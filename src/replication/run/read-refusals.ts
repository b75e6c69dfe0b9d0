import type { Database } from '../../store/database.ts';
import type { PastRefusal } from '../plan/plan.ts';

/** Copies that were refused for good, the last of each source and node, unless a later one was made. */
export async function readRefusals(
  database: Pick<Database, 'replicationStep'>,
  clusterId: string,
): Promise<PastRefusal[]> {
  const refused = await database.replicationStep.findMany({
    where: { clusterId, kind: 'REPLICA', refusedAt: { not: null }, basis: { not: null } },
    orderBy: { id: 'asc' },
  });
  if (refused.length === 0) return [];
  const sources = [...new Set(refused.map(({ sourceVmid }) => sourceVmid))];
  const made = await database.replicationStep.groupBy({
    by: ['sourceVmid', 'targetNode'],
    where: { clusterId, kind: 'REPLICA', phase: 'DONE', sourceVmid: { in: sources } },
    _max: { id: true },
  });
  const lastMade = new Map(made.map((row) => [pairOf(row), row._max.id ?? 0]));
  const last = new Map(refused.map((row) => [pairOf(row), row]));
  return [...last].flatMap(([pair, row]) => {
    const { id, sourceVmid, targetNode, runId, errorCode, errorMessage, basis } = row;
    if (basis === null || id < (lastMade.get(pair) ?? 0)) return [];
    const message = errorMessage ?? 'Proxmox refused the copy';
    return [{ sourceVmid, targetNode, runId, code: errorCode ?? 'TASK_FAILED', message, basis }];
  });
}

function pairOf({ sourceVmid, targetNode }: { sourceVmid: number; targetNode: string }): string {
  return `${sourceVmid}/${targetNode}`;
}

import type { Database } from '../store/database.ts';
import { WebhookError } from './webhook-error.ts';

/** @throws WebhookError CLUSTER_NOT_FOUND when a cluster is named that is not there. */
export async function checkCluster(
  database: Pick<Database, 'cluster'>,
  clusterId: string | null | undefined,
): Promise<void> {
  if (clusterId === null || clusterId === undefined) return;
  const cluster = await database.cluster.findUnique({ where: { id: clusterId }, select: { id: true } });
  if (cluster === null) {
    const message = `There is no cluster "${clusterId}"; see "clusters", or give none for all.`;
    throw new WebhookError('CLUSTER_NOT_FOUND', message, ['clusterId']);
  }
}

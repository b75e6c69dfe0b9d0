import { suggest } from '../names/did-you-mean.ts';
import type { HubApi } from './api/hub-api.ts';
import { CommandFailed } from './cli-error.ts';
import { listClusters } from './clusters.ts';

/**
 * Whether what was asked about exists: asked where nothing was found, since rows may be left of clusters that nobody
 * configures any more.
 *
 * @throws {CommandFailed} CLUSTER_NOT_FOUND, NODE_NOT_FOUND
 */
export async function checkPlace(
  api: HubApi,
  { cluster, node }: { cluster?: string; node?: string },
): Promise<void> {
  if (cluster === undefined && node === undefined) return;
  const clusters = await listClusters(api);
  const ids = clusters.map(({ clusterId }) => clusterId);
  if (cluster !== undefined && !ids.includes(cluster)) {
    const message = `There is no cluster "${cluster}"${suggest(cluster, ids)}`;
    throw new CommandFailed('CLUSTER_NOT_FOUND', message);
  }
  const chosen = clusters.filter(({ clusterId }) => cluster === undefined || clusterId === cluster);
  const nodes = chosen.flatMap((one) => one.nodes.map(({ name }) => name));
  if (node !== undefined && !nodes.includes(node))
    throw new CommandFailed('NODE_NOT_FOUND', `There is no node "${node}"${suggest(node, nodes)}`);
}

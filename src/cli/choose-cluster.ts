import type { HubApi } from './api/hub-api.ts';
import { CommandFailed, UsageError } from './cli-error.ts';
import { refuseNoClusters } from './no-clusters.ts';
import { listClusters, type ClusterShown } from './clusters.ts';

/**
 * The cluster that a command is about: the one that is named, or the only one there is.
 *
 * @throws {CommandFailed} CLUSTER_NOT_FOUND, NO_CLUSTERS
 * @throws {UsageError} when there are several and none is named
 */
export async function chooseCluster(api: HubApi, given: string | undefined): Promise<ClusterShown> {
  const clusters = await listClusters(api);
  const ids = clusters.map(({ clusterId }) => clusterId).join(', ');
  const found = given === undefined ? clusters : clusters.filter(({ clusterId }) => clusterId === given);
  const [first, ...more] = found;
  if (clusters.length === 0) throw refuseNoClusters();
  if (first === undefined)
    throw new CommandFailed('CLUSTER_NOT_FOUND', `There is no cluster ${given}; there are: ${ids}.`);
  if (more.length > 0) throw new UsageError(`Say which cluster: ${ids}.`);
  return first;
}

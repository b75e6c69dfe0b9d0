import type { ProxmoxClient } from '../../proxmox/client.ts';
import { listClusterResources, type ClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getClusterStatus, type ClusterStatus } from '../../proxmox/endpoints/cluster-status.ts';
import { getVersion } from '../../proxmox/endpoints/version.ts';
import { toFault } from '../fault.ts';
import type { Fault } from './observation.ts';
import { judgeSight, type Sight } from './sight.ts';

/** What the three list calls of a scan said. */
export interface ClusterLists {
  /** Undefined when we may not ask, or were not answered. */
  status?: ClusterStatus;
  /** Undefined: the cluster counts as unreachable, and `fault` says why. */
  resources?: ClusterResources;
  version?: string;
  fault?: Fault;
  /** What the account is not shown. */
  sight?: Sight;
}

/**
 * The only three calls that a scan makes whatever the number of nodes and guests; a fourth asks for our rights where a
 * list is empty.
 */
export async function listCluster(client: ProxmoxClient, signal?: AbortSignal): Promise<ClusterLists> {
  const [resources, status, version] = await Promise.allSettled([
    listClusterResources(client, { signal }),
    getClusterStatus(client, { signal }),
    getVersion(client, { signal }),
  ]);
  if (resources.status === 'rejected') return { fault: toFault(resources.reason, signal) };
  return {
    sight: await judgeSight(client, resources.value, signal),
    resources: resources.value,
    status: status.status === 'fulfilled' ? status.value : undefined,
    version: version.status === 'fulfilled' ? version.value.version : undefined,
    fault: status.status === 'rejected' ? toFault(status.reason, signal) : undefined,
  };
}

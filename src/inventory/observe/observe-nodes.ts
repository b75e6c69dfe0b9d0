import type { ClusterResources, NodeResource } from '../../proxmox/endpoints/cluster-resources.ts';
import type { ClusterMember, ClusterStatus } from '../../proxmox/endpoints/cluster-status.ts';
import type { ObservedNode, ObservedNodeState, ObservedStorage } from './observation.ts';

/** All nodes of the cluster, sorted by name. A node is listed when it is online; what is in doubt is found later. */
export function observeNodes(resources: ClusterResources, status: ClusterStatus | undefined): ObservedNode[] {
  const rows = new Map(resources.nodes.map((row) => [row.node, row]));
  const members = new Map(status?.members.map((member) => [member.name, member]));
  return [...new Set([...rows.keys(), ...members.keys()])].sort().map((name) => {
    const row = rows.get(name);
    const state = decideState(row, members.get(name));
    return {
      name,
      state,
      cpus: row?.cores,
      memoryTotal: row?.memory,
      memoryUsed: row?.memoryUsed,
      guests: resources.guests.filter((guest) => guest.node === name).length,
      listed: state === 'ONLINE',
      fault: describeState(name, state),
    };
  });
}

/** Membership is live, statistics may be 10 s old: a node must be well by both to be online. */
function decideState(row: NodeResource | undefined, member: ClusterMember | undefined): ObservedNodeState {
  if (member?.online === false || row?.status === 'offline') return 'OFFLINE';
  return row?.status === 'online' ? 'ONLINE' : 'UNKNOWN';
}

function describeState(name: string, state: ObservedNodeState): ObservedNode['fault'] {
  if (state === 'ONLINE') return undefined;
  if (state === 'OFFLINE') return { code: 'NODE_OFFLINE', message: `Node ${name} is offline` };
  return {
    code: 'NODE_UNKNOWN',
    message: `Node ${name} is a member of the cluster but sends no statistics; look at its pvestatd service`,
  };
}

/** All storages of all nodes, sorted. */
export function observeStorages(resources: ClusterResources): ObservedStorage[] {
  return resources.storages
    .map(({ node, storage, type = 'unknown', shared, content, available, total, used }) => ({
      node,
      name: storage,
      type,
      shared,
      content,
      active: available,
      total,
      available: total === undefined || used === undefined ? undefined : Math.max(0, total - used),
    }))
    .sort((a, b) => compareText(a.node, b.node) || compareText(a.name, b.name));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

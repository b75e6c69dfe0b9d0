import type { Cluster } from './cluster.ts';

/** The zone of bridges that no SDN zone owns. */
const localZone = 'localnetwork';

/** The bridge of a network line; undefined when there is none. */
export function readBridge(key: string, value: string): string | undefined {
  return /^net\d+$/.test(key) ? /(?:^|,)bridge=([^,]+)/.exec(value)?.[1] : undefined;
}

/** The zone that a bridge or a virtual network belongs to. */
export function findZone(cluster: Cluster, bridge: string): string {
  return cluster.world.vnets.find((vnet) => vnet.id === bridge)?.zone ?? localZone;
}

/** Bridges of a node: its own, and the virtual networks that reach it. */
export function listBridges(cluster: Cluster, node: string): string[] {
  const own = cluster.nodes.get(node)?.bridges ?? [];
  return [...own, ...listVnets(cluster, node).map(({ id }) => id)];
}

/** Virtual networks that reach a node. */
export function listVnets(cluster: Cluster, node: string): Cluster['world']['vnets'] {
  return cluster.world.vnets.filter(({ nodes }) => nodes?.includes(node) ?? true);
}

/** All zones, the one of plain bridges first. */
export function listZones(cluster: Cluster): string[] {
  return [...new Set([localZone, ...cluster.world.vnets.map(({ zone }) => zone)])];
}

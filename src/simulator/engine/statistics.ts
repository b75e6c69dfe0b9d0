import type { Cluster } from './cluster.ts';
import { measureGuest } from './figures.ts';
import { isTemplate } from './guests.ts';
import { findPartition } from './reach.ts';
import type { GuestStatistics } from './statistics-book.ts';

/** Milliseconds between two broadcasts, and how long one is believed. */
export const broadcastInterval = 10_000;
export const statisticsLife = 300_000;

/**
 * Takes the statistics that are due. It is called before every change and every read, so that a broadcast shows the
 * state as it was at its time although nothing runs in the background.
 */
export function refreshStatistics(cluster: Cluster): void {
  const { statistics, clock } = cluster;
  const now = clock.now();
  if (now < statistics.nextTick) return;
  const missed = Math.floor((now - statistics.nextTick) / broadcastInterval);
  const tick = statistics.nextTick + missed * broadcastInterval;
  statistics.nextTick = tick + broadcastInterval;
  const isStale = (node: string): boolean =>
    cluster.faults.find('stale-resources', (fault) => fault.node === undefined || fault.node === node) !==
    undefined;
  broadcast(cluster, tick, (node) => !isStale(node));
}

/** Every node that is up (and may, by `mayTell`) tells its statistics as of `at`, epoch milliseconds. */
export function broadcast(
  cluster: Cluster,
  at: number,
  mayTell: (node: string) => boolean = () => true,
): void {
  const { statistics } = cluster;
  const telling = new Set([...cluster.nodes.keys()].filter((node) => cluster.isUp(node) && mayTell(node)));
  if (telling.size === 0) return;
  statistics.generation += 1;
  for (const node of telling) {
    statistics.nodes.set(node, at);
    if (isHeardByAll(cluster, node)) statistics.heard.set(node, at);
  }
  for (const guest of cluster.guests.list()) {
    if (!telling.has(guest.node)) continue;
    const figures = measureGuest(cluster, guest, at);
    const name = describeGuestName(guest.type, guest.vmid, guest.config);
    const host = cluster.behaviour.hasMemhost && statistics.guestNodes.has(guest.node);
    statistics.guests.set(guest.vmid, {
      ...figures,
      at,
      name,
      template: isTemplate(guest) ? 1 : 0,
      ...(host ? { memhost: guest.type === 'qemu' ? figures.mem : 0 } : {}),
    });
    statistics.guestNodes.add(guest.node);
  }
}

/** The name a guest shows: its own, or the stand-in of its type. */
export function describeGuestName(
  type: 'qemu' | 'lxc',
  vmid: number,
  config: ReadonlyMap<string, string>,
): string {
  return type === 'qemu' ? (config.get('name') ?? `VM ${vmid}`) : (config.get('hostname') ?? `CT${vmid}`);
}

function isHeardByAll({ faults, nodes }: Cluster, node: string): boolean {
  return [...nodes.keys()].every((other) => findPartition(faults, node, other) === undefined);
}

/** Statistics of a guest that are still believed on the node `viewer`. */
export function findStatistics(
  cluster: Cluster,
  { vmid, viewer }: { readonly vmid: number; readonly viewer: string },
): GuestStatistics | undefined {
  const found = cluster.statistics.guests.get(vmid);
  const node = cluster.guests.get(vmid)?.node;
  if (!found || node === undefined) return undefined;
  const limit = findPartition(cluster.faults, viewer, node)
    ? (cluster.statistics.heard.get(node) ?? 0)
    : found.at;
  return isBelieved(cluster, Math.min(found.at, limit)) ? found : undefined;
}

/** Whether the node's last broadcast that reached `viewer` is not older than five minutes. */
export function hasStatistics(
  cluster: Cluster,
  { node, viewer }: { readonly node: string; readonly viewer: string },
): boolean {
  const { heard, nodes } = cluster.statistics;
  const at = (findPartition(cluster.faults, viewer, node) ? heard : nodes).get(node);
  return at !== undefined && isBelieved(cluster, at);
}

function isBelieved({ clock }: Cluster, at: number): boolean {
  return clock.now() - at <= statisticsLife;
}

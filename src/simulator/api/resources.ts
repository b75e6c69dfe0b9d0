import type { Cluster, Node } from '../engine/cluster.ts';
import { describeNodeState, isHaActive } from '../engine/high-availability.ts';
import { listZones } from '../engine/networks.ts';
import type { GuestStatistics } from '../engine/statistics-book.ts';
import { findStatistics, hasStatistics } from '../engine/statistics.ts';
import { Answer } from '../http/envelope.ts';
import { isUsable, measureSpace } from '../storage/access.ts';
import type { ApiCall } from './call.ts';
import { joinGuestRows } from './guest-resources.ts';

/** A node's row in /nodes and /cluster/resources. */
export interface NodeRow {
  readonly id: string;
  readonly type: 'node';
  readonly node: string;
  readonly status: 'online' | 'offline' | 'unknown';
  readonly level?: string;
  readonly [figure: string]: unknown;
}

/** `GET /cluster/resources`: everything the caller may see, as of the last broadcast. */
export function listResources(call: ApiCall): Answer {
  const type = call.parameters.text('type');
  const wants = (kind: string): boolean => type === undefined || type === kind;
  const rows = [
    ...(type === undefined ? listPoolRows(call) : []),
    ...(wants('node') ? listNodeResources(call) : []),
    ...(wants('storage') ? listStorageRows(call) : []),
    ...(wants('sdn') ? listSdnRows(call) : []),
  ].map((row) => JSON.stringify(row));
  const guests = wants('vm') ? joinGuestRows(call) : '';
  return new Answer(undefined, { text: `[${[...(guests === '' ? [] : [guests]), ...rows].join(',')}]` });
}

function listNodeResources(call: ApiCall): object[] {
  const { cluster } = call;
  return listNodeRows(call).map((row) => ({
    ...row,
    'cgroup-mode': 2,
    ...(isHaActive(cluster) ? { hastate: describeNodeState(cluster, row.node) } : {}),
  }));
}

/**
 * Rows of the nodes, figures only for who may see them. What a node has is known as long as its statistics are believed,
 * what it uses only while it is there.
 */
export function listNodeRows({ cluster, identity, contacted }: ApiCall): NodeRow[] {
  return [...cluster.nodes.values()].map((node) => {
    const isKnown = hasStatistics(cluster, { node: node.name, viewer: contacted });
    const isUp = cluster.canReach(contacted, node.name);
    const status = !isUp ? 'offline' : isKnown ? 'online' : 'unknown';
    const row = { id: `node/${node.name}`, type: 'node', node: node.name, status } as const;
    if (!isKnown) return row;
    const mayAudit = cluster.permissions.has(identity, `/nodes/${node.name}`, 'Sys.Audit');
    return {
      ...row,
      level: '',
      ...(mayAudit ? describeCapacity(node) : {}),
      ...(mayAudit && isUp ? describeUse(cluster, node) : {}),
    };
  });
}

function describeCapacity({ cpus, memory, rootfs }: Node): object {
  return { maxcpu: cpus, maxmem: memory, maxdisk: rootfs.total };
}

function describeUse({ clock }: Cluster, { memory, rootfs, bootedAt }: Node): object {
  const uptime = Math.floor((clock.now() - bootedAt) / 1000);
  return { cpu: 0.0125, mem: Math.floor(memory / 12), disk: rootfs.used, uptime };
}

function listPoolRows({ cluster, identity, contacted }: ApiCall): object[] {
  return [...cluster.pools.values()]
    .filter((pool) => cluster.permissions.has(identity, `/pool/${pool.id}`, 'Pool.Audit'))
    .map((pool) => {
      const guests = [...pool.guests].flatMap(
        (vmid) => findStatistics(cluster, { vmid, viewer: contacted }) ?? [],
      );
      return { id: `/pool/${pool.id}`, type: 'pool', pool: pool.id, ...sumUse(guests) };
    });
}

/** What the running guests of a pool use together; nothing when none runs. */
function sumUse(guests: readonly GuestStatistics[]): object {
  const running = guests.filter(({ uptime }) => uptime > 0);
  if (running.length === 0) return {};
  const sum = (read: (guest: GuestStatistics) => number): number =>
    running.reduce((total, guest) => total + read(guest), 0);
  const maxcpu = sum((guest) => guest.maxcpu);
  return {
    uptime: Math.max(...running.map(({ uptime }) => uptime)),
    cpu: sum((guest) => guest.cpu * guest.maxcpu) / maxcpu,
    maxcpu,
    mem: sum(({ mem }) => mem),
    maxmem: sum(({ maxmem }) => maxmem),
  };
}

function listStorageRows({ cluster, identity, contacted }: ApiCall): object[] {
  const visible = [...cluster.storages.values()].filter((storage) =>
    cluster.permissions.has(identity, `/storage/${storage.id}`, 'Datastore.Audit'),
  );
  return visible.flatMap((storage) => {
    // Every node sees the same of a shared storage: it is measured once.
    const shared = storage.shared ? measureSpace(cluster, storage, '') : undefined;
    return [...cluster.nodes.keys()]
      .filter((node) => isUsable(storage, node))
      .map((node) => {
        const space = shared ?? measureSpace(cluster, storage, node);
        const isKnown =
          hasStatistics(cluster, { node, viewer: contacted }) && !isOffline(cluster, storage.id, node);
        return {
          id: `storage/${node}/${storage.id}`,
          type: 'storage',
          storage: storage.id,
          node,
          plugintype: storage.type,
          status: isKnown ? 'available' : 'unknown',
          shared: storage.shared ? 1 : 0,
          content: storage.content.join(','),
          ...(isKnown ? { maxdisk: space.total, disk: space.used } : {}),
        };
      });
  });
}

function isOffline(cluster: Cluster, storage: string, node: string): boolean {
  const fault = cluster.faults.find(
    'storage-offline',
    (one) => one.storage === storage && (one.node === undefined || one.node === node),
  );
  return fault !== undefined;
}

function listSdnRows({ cluster, identity, contacted }: ApiCall): object[] {
  const zones = listZones(cluster).filter((zone) =>
    cluster.permissions.has(identity, `/sdn/zones/${zone}`, 'SDN.Audit'),
  );
  return zones.flatMap((zone) =>
    [...cluster.nodes.keys()].map((node) => {
      const status = cluster.canReach(contacted, node) ? 'ok' : 'unknown';
      // From 9.0 on a zone is a network resource.
      if (cluster.behaviour.networkResources) {
        const id = `network/${node}/zone/${zone}`;
        return { id, type: 'network', network: zone, 'network-type': 'zone', node, status };
      }
      return { id: `sdn/${node}/${zone}`, type: 'sdn', sdn: zone, node, status };
    }),
  );
}

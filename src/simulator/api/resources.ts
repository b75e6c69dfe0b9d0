import type { Identity } from '../access/permissions.ts';
import type { Cluster, Node } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';
import { findStatistics, hasStatistics } from '../engine/statistics.ts';
import { Answer } from '../http/envelope.ts';
import { isUsable, measureSpace } from '../storage/access.ts';
import type { ApiCall } from './call.ts';

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
    ...(wants('node') ? listNodeRows(call).map((row) => ({ ...row, 'cgroup-mode': 2 })) : []),
    ...(wants('storage') ? listStorageRows(call) : []),
    ...(wants('sdn') ? listSdnRows(call) : []),
  ].map((row) => JSON.stringify(row));
  const guests = wants('vm') ? joinGuestRows(call) : '';
  return new Answer(undefined, { text: `[${[...(guests === '' ? [] : [guests]), ...rows].join(',')}]` });
}

/**
 * Rows of the nodes, figures only for who may see them. What a node has is known as long as its statistics are believed,
 * what it uses only while it is there.
 */
export function listNodeRows({ cluster, identity }: ApiCall): NodeRow[] {
  return [...cluster.nodes.values()].map((node) => {
    const isKnown = hasStatistics(cluster, node.name);
    const isUp = cluster.isUp(node.name);
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

function listPoolRows({ cluster, identity }: ApiCall): object[] {
  return [...cluster.pools.values()]
    .filter((pool) => cluster.permissions.has(identity, `/pool/${pool.id}`, 'Pool.Audit'))
    .map((pool) => ({ id: `/pool/${pool.id}`, type: 'pool', pool: pool.id }));
}

function listStorageRows({ cluster, identity }: ApiCall): object[] {
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
        const isKnown = hasStatistics(cluster, node) && !isOffline(cluster, storage.id, node);
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

function listSdnRows({ cluster, identity }: ApiCall): object[] {
  if (!cluster.permissions.has(identity, '/sdn/zones/localnetwork', 'SDN.Audit')) return [];
  return [...cluster.nodes.keys()].map((node) => {
    const status = cluster.isUp(node) ? 'ok' : 'unknown';
    // From 9.0 on a zone is a network resource.
    if (cluster.behaviour.networkResources) {
      const id = `network/${node}/zone/localnetwork`;
      return { id, type: 'network', network: 'localnetwork', 'network-type': 'zone', node, status };
    }
    return { id: `sdn/${node}/localnetwork`, type: 'sdn', sdn: 'localnetwork', node, status };
  });
}

/** The guests' rows as JSON with commas between them; kept for the caller until something changes. */
function joinGuestRows(call: ApiCall): string {
  const { cluster, identity } = call;
  const texts = findTexts(cluster);
  const pools = [...cluster.pools.values()].map((pool) => `${pool.id}=${[...pool.guests].join()}`);
  const key = `${identity.user}!${identity.token ?? ''} ${cluster.access.revision} ${pools.join(';')}`;
  const found = texts.get(key) ?? listGuestTexts(call, texts).join(',');
  texts.set(key, found);
  return found;
}

/** JSON texts of the guests' rows, by VMID as text. */
function listGuestTexts({ cluster, identity }: ApiCall, texts: Map<string, string>): string[] {
  return cluster.guests
    .list()
    .filter((guest) => cluster.permissions.has(identity, `/vms/${guest.vmid}`, 'VM.Audit'))
    .map((guest) => ({ guest, key: String(guest.vmid) }))
    .toSorted((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ guest }) => describeGuest(cluster, identity, { guest, texts }));
}

/** Rows are written once a broadcast or change, and kept as text. */
function findTexts({ clock, guests, statistics }: Cluster): Map<string, string> {
  const stamp = `${guests.revision} ${statistics.generation} ${Math.floor(clock.now() / 10_000)}`;
  if (statistics.rows.stamp !== stamp) statistics.rows = { stamp, texts: new Map() };
  return statistics.rows.texts;
}

function describeGuest(
  cluster: Cluster,
  identity: Identity,
  { guest, texts }: { readonly guest: Guest; readonly texts: Map<string, string> },
): string {
  const pool = cluster.findPoolOf(`/vms/${guest.vmid}`);
  const shown =
    pool !== undefined && cluster.permissions.has(identity, `/pool/${pool}`, 'Pool.Audit') ? pool : '';
  const key = `${guest.vmid} ${shown}`;
  const found = texts.get(key) ?? JSON.stringify(composeGuestRow(cluster, guest, shown));
  texts.set(key, found);
  return found;
}

/** Live are the guest's place, lock, tags and pool; all else is as old as the last broadcast. */
function composeGuestRow(cluster: Cluster, guest: Guest, pool: string): object {
  const lock = guest.config.get('lock');
  const tags = guest.config.get('tags');
  return {
    ...describeMember(cluster, guest),
    ...(lock ? { lock } : {}),
    ...(tags ? { tags } : {}),
    ...(pool ? { pool } : {}),
  };
}

/** A guest as a member of a pool: without lock, tags and pool. */
export function describeMember(cluster: Cluster, { vmid, type, node }: Guest): object {
  const place = { id: `${type}/${vmid}`, type, vmid, node };
  const statistics = findStatistics(cluster, vmid);
  if (!statistics) return { ...place, status: 'unknown' };
  const { at: _at, ...figures } = statistics;
  return { ...place, ...figures };
}

import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import type { GuestKind } from '../guests/guest.ts';
import { flag, integer, listOf, maybe, maybeFlag, maybeWord, names, number } from '../lenient.ts';

/**
 * A guest as the cluster's statistics know it. Node, lock, tags and pool are live; the rest is up to about 14 s old, and
 * missing for a guest that is new or whose node has been silent for 5 minutes.
 */
export interface GuestResource {
  kind: GuestKind;
  vmid: number;
  node: string;
  /** `running`, `stopped`, `unknown` (no statistics) or a state of QEMU. */
  status: string;
  name?: string;
  /** Undefined means not known, never "no template". */
  template?: boolean;
  tags: string[];
  lock?: string;
  pool?: string;
  cores?: number;
  /** Bytes. */
  memory?: number;
  /** Bytes of the boot disk. */
  diskSize?: number;
  /** Seconds. */
  uptime?: number;
}

export interface NodeResource {
  node: string;
  /** `offline`: left the cluster's membership; `unknown`: a member whose statistics are missing. */
  status: string;
  cores?: number;
  /** Share of all cores, 0 to 1. */
  cpu?: number;
  /** Bytes in use and in all. */
  memoryUsed?: number;
  memory?: number;
  /** Seconds. */
  uptime?: number;
}

/** A storage on one node. */
export interface StorageResource {
  storage: string;
  node: string;
  available: boolean;
  shared: boolean;
  type?: string;
  content: string[];
  /** Bytes. */
  used?: number;
  total?: number;
}

export interface ClusterResources {
  guests: GuestResource[];
  nodes: NodeResource[];
  storages: StorageResource[];
}

const row = z.object({
  type: z.string(),
  node: maybeWord,
  vmid: maybe(integer),
  storage: maybeWord,
  status: maybeWord,
  name: maybeWord,
  template: maybe(flag),
  tags: names,
  lock: maybeWord,
  pool: maybeWord,
  cpu: maybe(number),
  maxcpu: maybe(number),
  mem: maybe(number),
  maxmem: maybe(number),
  disk: maybe(number),
  maxdisk: maybe(number),
  uptime: maybe(number),
  shared: maybeFlag,
  plugintype: maybeWord,
  content: names,
});

type Row = z.output<typeof row>;

const answer = listOf(row).transform((rows): ClusterResources => ({
  guests: rows.flatMap(toGuest),
  nodes: rows.flatMap(toNode),
  storages: rows.flatMap(toStorage),
}));

/**
 * Guests, nodes and storages of the cluster, cut to what the caller may see: without rights the lists are empty.
 * `type` cuts them further.
 */
export function listClusterResources(
  client: ProxmoxClient,
  { type, ...options }: CallOptions & { type?: 'vm' | 'node' | 'storage' } = {},
): Promise<ClusterResources> {
  return client.call({ method: 'GET', path: '/cluster/resources', parameters: { type }, answer, ...options });
}

function toGuest(found: Row): GuestResource[] {
  const { type, vmid, node, status = 'unknown', name, template, tags, lock, pool, uptime } = found;
  if ((type !== 'qemu' && type !== 'lxc') || vmid === undefined || node === undefined) return [];
  const figures = { cores: found.maxcpu, memory: found.maxmem, diskSize: found.maxdisk, uptime };
  return [{ kind: type, vmid, node, status, name, template, tags, lock, pool, ...figures }];
}

function toNode({ type, node, status = 'unknown', cpu, maxcpu, mem, maxmem, uptime }: Row): NodeResource[] {
  if (type !== 'node' || node === undefined) return [];
  return [{ node, status, cores: maxcpu, cpu, memoryUsed: mem, memory: maxmem, uptime }];
}

function toStorage(found: Row): StorageResource[] {
  const { type, storage, node, status, shared, plugintype, content, disk, maxdisk } = found;
  if (type !== 'storage' || storage === undefined || node === undefined) return [];
  const available = status === 'available';
  return [{ storage, node, available, shared, type: plugintype, content, used: disk, total: maxdisk }];
}

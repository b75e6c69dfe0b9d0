import type { Cluster, Storage } from '../engine/cluster.ts';
import { refuse } from '../errors.ts';

/** Whether the storage's definition allows it on the node and it is not switched off. */
export function isUsable(storage: Storage, node: string): boolean {
  return !storage.disabled && (storage.nodes === undefined || storage.nodes.includes(node));
}

/** Whether the storage answers on the node. */
export function isActive(cluster: Cluster, storage: Storage, node: string): boolean {
  return (
    isUsable(storage, node) &&
    cluster.isUp(node) &&
    !cluster.faults.find(
      'storage-offline',
      (fault) => fault.storage === storage.id && (fault.node === undefined || fault.node === node),
    )
  );
}

/** The storage as defined for the node, or the refusal of `storage_check_enabled`. */
export function requireUsable(cluster: Cluster, id: string, node: string): Storage {
  const storage = cluster.requireStorage(id);
  if (storage.disabled) throw refuse(`storage '${id}' is disabled`);
  if (!isUsable(storage, node)) throw refuse(`storage '${id}' is not available on node '${node}'`);
  return storage;
}

/** The storage, usable and reachable. */
export function requireActive(cluster: Cluster, id: string, node: string): Storage {
  const storage = requireUsable(cluster, id, node);
  if (!isActive(cluster, storage, node)) throw refuse(`storage '${id}' is not online`);
  return storage;
}

/** What the storage holds as the node sees it. Bytes. */
export interface Space {
  readonly total: number;
  readonly used: number;
  readonly available: number;
}

/** Space of a storage on a node: what is defined, plus the simulated volumes. */
export function measureSpace(cluster: Cluster, storage: Storage, node: string): Space {
  const volumes = cluster.volumes.listOn(storage.id, storage.shared ? undefined : node);
  const isThick = storage.type === 'lvm';
  const taken = volumes.reduce((sum, volume) => sum + (isThick ? volume.size : volume.data), 0);
  const isFull = cluster.faults.find(
    'storage-full',
    (fault) => fault.storage === storage.id && (fault.node === undefined || fault.node === node),
  );
  if (isFull) return { total: storage.total, used: storage.total - storage.reserved, available: 0 };
  const used = Math.min(storage.total, storage.used + taken);
  return { total: storage.total, used, available: Math.max(0, storage.total - used - storage.reserved) };
}

/** Path of a volume on its node, as in commands and logs. */
export function describePath(storage: Storage, name: string): string {
  const file = name.split('/').at(-1) ?? name;
  const vmid = name.split('/').at(-2);
  switch (storage.type) {
    case 'lvm':
    case 'lvmthin':
      return `/dev/${storage.options['vgname'] ?? storage.id}/${file}`;
    case 'zfspool':
      return `/dev/zvol/${storage.options['pool'] ?? storage.id}/${file}`;
    case 'rbd':
      return `rbd:${storage.options['pool'] ?? 'rbd'}/${file}`;
    case 'nfs':
    case 'cifs':
      return `${storage.path ?? `/mnt/pve/${storage.id}`}/images/${vmid}/${file}`;
    case 'btrfs':
      return `${storage.path ?? `/${storage.id}`}/images/${vmid}/${file.replace(/\.raw$/, '')}/disk.raw`;
    default:
      return `${storage.path ?? '/var/lib/vz'}/images/${vmid}/${file}`;
  }
}

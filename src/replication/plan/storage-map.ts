import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';

/** The storages of a cluster, found by node and name. */
export interface StorageMap {
  find(node: string, name: string): ObservedStorage | undefined;
  /** Every storage of a node, by name. */
  all(node: string): ObservedStorage[];
  /** Whether any node has a storage of this name, as far as was seen. */
  isSeen(name: string): boolean;
  /** Storages of a node that can take disks of this kind of guest now, the roomiest first. */
  usable(node: string, kind: GuestKind): ObservedStorage[];
}

export function mapStorages(storages: readonly ObservedStorage[]): StorageMap {
  const byKey = new Map(storages.map((storage) => [`${storage.node}/${storage.name}`, storage]));
  return {
    find: (node, name) => byKey.get(`${node}/${name}`),
    all: (node) =>
      storages.filter((storage) => storage.node === node).sort((a, b) => (a.name < b.name ? -1 : 1)),
    isSeen: (name) => storages.some((storage) => storage.name === name),
    usable: (node, kind) =>
      storages.filter((storage) => storage.node === node && takesDisks(storage, kind)).sort(byRoom),
  };
}

/** Whether new disks can be put on the storage now. */
export function takesDisks(storage: ObservedStorage, kind: GuestKind): boolean {
  return storage.active && storage.content.includes(kind === 'qemu' ? 'images' : 'rootdir');
}

/** One name for what is one disk behind it: a shared storage is the same from every node. */
export function keyOf({ node, name, shared }: Pick<ObservedStorage, 'node' | 'name' | 'shared'>): string {
  return shared ? name : `${node}/${name}`;
}

function byRoom(a: ObservedStorage, b: ObservedStorage): number {
  return (b.available ?? 0) - (a.available ?? 0) || (a.name < b.name ? -1 : 1);
}

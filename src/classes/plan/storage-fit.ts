import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { ClassOrder, NodeFacts, SourceFacts } from '../facts/class-facts.ts';
import type { PlannedStorage } from './class-plan.ts';

/** What the storages of a class's bases allow. */
export interface StorageFit {
  /** Storages that a base has drives on. */
  storages: PlannedStorage[];
  /** The first storage that linked clones cannot stand on; undefined: they can on all. */
  unlinkable?: { storage: string; type: string };
  /** A full copy of the original may be handed to another node by the clone call. */
  copyToTarget: boolean;
  /** A linked clone of a base may be handed to another node by the clone call: one base is enough. */
  linkToTarget: boolean;
  /** CD drives whose image other nodes cannot reach; copies are made without it. */
  detach: string[];
}

/** Types that are known to make base volumes and clones of them, per kind of guest. Others are asked. */
const linkable: Readonly<Record<GuestKind, ReadonlySet<string>>> = {
  qemu: new Set(['dir', 'nfs', 'cifs', 'glusterfs', 'btrfs', 'lvmthin', 'zfspool', 'zfs', 'rbd']),
  lxc: new Set(['btrfs', 'lvmthin', 'zfspool', 'zfs', 'rbd']),
};
const notLinkable: Readonly<Record<GuestKind, ReadonlySet<string>>> = {
  qemu: new Set(['lvm', 'iscsi', 'iscsidirect']),
  lxc: new Set(['lvm', 'iscsi', 'iscsidirect', 'dir', 'nfs', 'cifs', 'glusterfs']),
};

/**
 * Looks at where the original's drives are and where the bases' will be. Proxmox's own word on linked clones counts where
 * the bases lie on the original's storages and its volumes are proper bases; otherwise the type of the storage decides.
 */
export function fitStorage(
  order: Pick<ClassOrder, 'storage'>,
  source: SourceFacts,
  nodes: readonly NodeFacts[],
): StorageFit {
  const ofSource = listStorages(source, ['DISK', 'CLOUDINIT', 'CD']);
  const kept = listStorages(source, ['DISK', 'CLOUDINIT']);
  const names = order.storage === undefined ? kept : [order.storage];
  const types = findTypes(nodes);
  const isShared = (name: string) => types.get(name)?.shared ?? false;
  const disks = order.storage === undefined ? listStorages(source, ['DISK']) : [order.storage];
  const asked = order.storage === undefined && source.baseVolumes;
  const bad = disks.find((name) => !(asked ? source.canLink : canLink(source, types.get(name)?.type)));
  return {
    storages: names.map((name) => ({ name, shared: isShared(name) })),
    unlinkable: bad === undefined ? undefined : { storage: bad, type: types.get(bad)?.type ?? 'unknown' },
    copyToTarget: [...ofSource, ...names].every(isShared),
    linkToTarget: names.every(isShared),
    detach: source.drives
      .filter(({ use, storage }) => use === 'CD' && !isShared(storage))
      .map(({ drive }) => drive),
  };
}

/** Why a node cannot hold machines of the class, in words; undefined when it can. */
export function findNodeFault(node: NodeFacts, fit: StorageFit): string | undefined {
  if (!node.online) return `node ${node.name} is not online`;
  const names = fit.storages.map(({ name }) => name);
  const missing = names.find((name) => !node.storages.some((storage) => storage.name === name));
  if (missing !== undefined) return `storage ${missing} does not exist on node ${node.name}`;
  const unusable = node.storages.find(({ name, usable }) => names.includes(name) && !usable);
  if (unusable === undefined) return undefined;
  return `storage ${unusable.name} of node ${node.name} is not reachable or not meant for disk images`;
}

function listStorages(source: SourceFacts, uses: readonly string[]): string[] {
  return [
    ...new Set(source.drives.filter(({ use }) => uses.includes(use)).map(({ storage }) => storage)),
  ].toSorted();
}

function findTypes(nodes: readonly NodeFacts[]): Map<string, { type: string; shared: boolean }> {
  return new Map(
    nodes.flatMap(({ storages }) => storages.map((storage) => [storage.name, storage] as const)),
  );
}

function canLink({ kind, canLink: answer }: SourceFacts, type = 'unknown'): boolean {
  if (linkable[kind].has(type)) return true;
  return notLinkable[kind].has(type) ? false : answer;
}

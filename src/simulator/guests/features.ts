import type { Cluster, Node } from '../engine/cluster.ts';
import { type Drive, isCdrom, listDrives, parseVolumeId } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import { isUsable } from '../storage/access.ts';
import { type Feature, findKind, hasFeature } from '../storage/kinds.ts';
import { parseVolumeName } from '../storage/volume-names.ts';

/** The config a clone or a feature question is about: the present one or a snapshot's. */
export function readState(guest: Guest, snapshot: string | undefined): ReadonlyMap<string, string> {
  const found = snapshot === undefined ? undefined : guest.snapshots.get(snapshot);
  return found ? new Map(Object.entries(found.config)) : guest.config;
}

/** Whether the storage of a drive can do something with its volume as it is. */
export function supportsFeature(
  cluster: Cluster,
  drive: Drive,
  { feature, snapshot }: { readonly feature: Feature; readonly snapshot?: string | undefined },
): boolean {
  const id = parseVolumeId(drive.volume);
  const storage = id && cluster.storages.get(id.storage);
  if (!id || !storage) return false;
  const name = parseVolumeName(storage.type, id.name);
  if (!name) return false;
  const state = snapshot !== undefined ? 'snap' : name.isBase ? 'base' : 'current';
  return hasFeature(findKind(storage.type), feature, { format: name.format, state });
}

/** Whether all disks of the guest support a feature. CD drives do not count. */
export function guestSupports(
  cluster: Cluster,
  guest: Guest,
  question: { readonly feature: Feature; readonly snapshot?: string | undefined },
): boolean {
  return listDrives(readState(guest, question.snapshot))
    .filter((drive) => !isCdrom(drive))
    .every((drive) => supportsFeature(cluster, drive, question));
}

/** Nodes from which all volumes of the guest can be reached; CD drives count here. */
export function listSharedNodes(cluster: Cluster, guest: Guest): string[] {
  const storages = listDrives(guest.config)
    .map((drive) => parseVolumeId(drive.volume)?.storage)
    .map((id) => (id === undefined ? undefined : cluster.storages.get(id)))
    .filter((storage) => storage !== undefined);
  // A local storage restricted to some nodes counts like a shared one: the restriction is looked at first.
  const isReachable = (node: Node): boolean =>
    storages.every((storage) => {
      if (storage.disabled || storage.nodes !== undefined) return isUsable(storage, node.name);
      return storage.shared || node.name === guest.node;
    });
  return [...cluster.nodes.values()].filter(isReachable).map((node) => node.name);
}

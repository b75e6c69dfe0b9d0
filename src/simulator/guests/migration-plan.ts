import type { Cluster, Storage } from '../engine/cluster.ts';
import { type Drive, isCdrom, isCloudinit, listVolumesOf, parseVolumeId } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import type { Volume } from '../engine/volumes.ts';
import { refuse, refuseParameters } from '../errors.ts';
import { requireUsable } from '../storage/access.ts';

/** Where local volumes go: by storage, and for all others. */
export interface StorageMap {
  readonly pairs: ReadonlyMap<string, string>;
  /** `1` = the same id. */
  readonly fallback: string | undefined;
}

/** Reads `1`, `store`, `a:b,c:d`, or pairs with one bare default. */
export function parseStorageMap(text: string | undefined): StorageMap {
  const pairs = new Map<string, string>();
  let fallback: string | undefined;
  for (const part of (text ?? '').split(/[,;\s]+/).filter((piece) => piece !== '')) {
    const [from = '', to] = part.split(':');
    if (to === undefined && fallback !== undefined) {
      throw refuseParameters({
        targetstorage: `failed to parse storage map: only one default mapping is allowed\n`,
      });
    }
    if (to === undefined) fallback = from;
    else pairs.set(from, to);
  }
  return { pairs, fallback };
}

/** The storage on the target that a local storage's volumes go to. */
export function mapStorage(map: StorageMap, storage: string): string {
  const fallback = map.fallback === undefined || map.fallback === '1' ? storage : map.fallback;
  return map.pairs.get(storage) ?? fallback;
}

/** Refuses when a storage of the guest, as mapped, is not to be had on the target. */
export function checkTargetStorages(
  cluster: Cluster,
  guest: Guest,
  to: { target: string; map: StorageMap },
): void {
  for (const drive of listVolumesOf(guest.config)) {
    const id = parseVolumeId(drive.volume);
    if (!id || (isCdrom(drive) && !isCloudinit(drive))) continue;
    const source = requireUsable(cluster, id.storage, guest.node);
    const wanted = source.shared ? source.id : mapStorage(to.map, source.id);
    const storage = requireUsable(cluster, wanted, to.target);
    if (!storage.content.includes(guest.type === 'qemu' ? 'images' : 'rootdir')) {
      const what = guest.type === 'qemu' ? 'vm images' : 'CT rootdirs';
      throw refuse(`storage '${wanted}' does not support ${what}`);
    }
  }
}

/** One local volume of a guest on its way to another node. */
export interface LocalVolume {
  readonly drive: Drive;
  readonly volume: Volume;
  readonly from: Storage;
  readonly to: Storage;
}

/** Local volumes with their targets, by volume id. */
export function listLocalVolumes(cluster: Cluster, guest: Guest, map: StorageMap): LocalVolume[] {
  return listLocalDrives(cluster, guest).flatMap((drive) => {
    const id = parseVolumeId(drive.volume);
    const from = id && cluster.storages.get(id.storage);
    const volume = id && cluster.volumes.find(id.storage, id.name, guest.node);
    const to = from && cluster.storages.get(mapStorage(map, from.id));
    return from && volume && to && !isIso(drive) ? [{ drive, volume, from, to }] : [];
  });
}

/** Drives and unused volumes that only the guest's own node has, CD images and devices among them, by volume id. */
export function listLocalDrives(cluster: Cluster, guest: Guest): Drive[] {
  const isLocal = ({ volume }: Drive): boolean => {
    const id = parseVolumeId(volume);
    return id ? cluster.storages.get(id.storage)?.shared === false : volume.startsWith('/');
  };
  return listVolumesOf(guest.config)
    .filter(isLocal)
    .toSorted((left, right) => (left.volume < right.volume ? -1 : 1));
}

/** A CD drive with an image that belongs to no guest. */
export function isIso(drive: Drive): boolean {
  return isCdrom(drive) && !isCloudinit(drive);
}

import type { Cluster, Storage } from '../engine/cluster.ts';
import { type Drive, isCdrom, isCloudinit, listVolumesOf, parseVolumeId } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { refuse, refuseParameters } from '../errors.ts';
import { requireUsable } from '../storage/access.ts';
import { isTpmState } from './fixed-disks.ts';
import { isBaseInUse } from '../storage/base.ts';

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
  const locals = listVolumesOf(guest.config).flatMap((drive) => {
    const id = parseVolumeId(drive.volume);
    const from = id && cluster.storages.get(id.storage);
    if (!id || !from || from.shared) return [];
    const volume = cluster.volumes.find(id.storage, id.name, guest.node);
    const to = cluster.storages.get(mapStorage(map, from.id));
    return volume && to && !(isCdrom(drive) && !isCloudinit(drive)) ? [{ drive, volume, from, to }] : [];
  });
  return locals.toSorted((left, right) => (left.drive.volume < right.drive.volume ? -1 : 1));
}

/** What the log of a migration says about a local volume that will be copied. */
export function describeLocalVolume({ type }: Guest, { drive }: LocalVolume): string {
  if (type === 'lxc') return `found local volume '${drive.volume}' (in current VM config)`;
  if (isCloudinit(drive) || isTpmState(drive))
    return `found generated disk '${drive.volume}' (in current VM config)`;
  return `found local disk '${drive.volume}' (${drive.key.startsWith('unused') ? 'unused' : 'attached'})`;
}

/** Why a drive keeps the guest from moving, as the log words it behind the volume; undefined when it does not. */
export function explainBlockedDrive(cluster: Cluster, guest: Guest, drive: Drive): string | undefined {
  if (drive.volume === 'cdrom') return `can't migrate local cdrom drive`;
  const id = parseVolumeId(drive.volume);
  const storage = id && cluster.storages.get(id.storage);
  if (!id || !storage || storage.shared) return undefined;
  if (isCdrom(drive) && !isCloudinit(drive)) return 'local cdrom image';
  const volume = cluster.volumes.find(id.storage, id.name, guest.node);
  if (volume?.vmid !== undefined && volume.vmid !== guest.vmid)
    return `owned by other VM (owner = VM ${volume.vmid})`;
  return volume && isBaseInUse({ cluster }, volume) ? 'referenced by linked clone(s)' : undefined;
}

/** Why a local volume that is a linked clone cannot be copied; undefined when it is none. */
export function explainLinkedVolume(volume: Volume): string | undefined {
  if (volume.parent === undefined) return undefined;
  const base = volume.parent.split('/').at(-1);
  return `can't migrate '${describeVolume(volume)}' as it's a clone of '${base}' at /usr/share/perl5/PVE/QemuMigrate.pm line 540.`;
}

import {
  changeDrive,
  type Drive,
  formatDrive,
  isCdrom,
  parseDrive,
  parseVolumeId,
} from '../engine/drives.ts';
import { digestGuest, type Guest } from '../engine/guests.ts';
import type { Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { requireActive } from '../storage/access.ts';
import { growVolume } from '../storage/grow-volume.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { formatSize, parseSize } from '../world/sizes.ts';
import { requireUnlocked, withGuestLock } from './guest-lock.ts';

/** A disk and its new size: `+1G` grows it by so much, `10G` to so much. */
export interface Resize {
  readonly disk: string;
  readonly size: string;
  readonly digest: string | undefined;
}

/** The work of a `resize` task. Disks only grow. */
export async function resizeDisk(call: StorageCall, guest: Guest, resize: Resize): Promise<void> {
  const { cluster } = call;
  await withGuestLock(call, { type: guest.type, vmid: guest.vmid }, async () => {
    if (resize.digest !== undefined && resize.digest !== digestGuest(guest)) {
      throw refuse('checksum mismatch (file change by other user?)');
    }
    requireUnlocked(guest);
    const { drive, volume } = findDisk(call, guest, resize.disk);
    const wanted = parseSize(resize.size.replace(/^\+/, '')) ?? 0;
    const total = resize.size.startsWith('+') ? volume.size + wanted : wanted;
    if (total < volume.size) throw refuse('shrinking disks is not supported');
    if (total === volume.size) return;
    growVolume(call, { volume, size: total, running: guest.running });
    const changed = formatDrive(changeDrive(drive, drive.volume, { size: formatSize(total) }));
    cluster.guests.change(guest, ({ config }) => config.set(drive.key, changed));
  });
}

function findDisk(
  { cluster, node }: StorageCall,
  guest: Guest,
  disk: string,
): { readonly drive: Drive; readonly volume: Volume } {
  const line = guest.config.get(disk);
  if (line === undefined) throw refuse(`disk '${disk}' does not exist`);
  const drive = parseDrive(disk, line);
  const id = parseVolumeId(drive.volume);
  if (!id) throw refuse(`unable to parse volume ID '${drive.volume}'`);
  if (isCdrom(drive)) throw refuse(`you can't resize a cdrom`);
  requireActive(cluster, id.storage, node);
  const volume = cluster.volumes.find(id.storage, id.name, node);
  if (!volume) throw refuse(`volume '${drive.volume}' does not exist`);
  return { drive, volume };
}

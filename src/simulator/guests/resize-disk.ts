import { changeDrive, formatDrive, isCdrom, parseDrive, parseVolumeId } from '../engine/drives.ts';
import { digestGuest, type Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import { findKind } from '../storage/kinds.ts';
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
export async function resizeDisk(
  call: StorageCall,
  guest: Guest,
  { disk, size, digest }: Resize,
): Promise<void> {
  const { cluster, worker, node } = call;
  await withGuestLock(call, { type: guest.type, vmid: guest.vmid }, async () => {
    if (digest !== undefined && digest !== digestGuest(guest)) {
      throw refuse('checksum mismatch (file change by other user?)');
    }
    requireUnlocked(guest);
    const line = guest.config.get(disk);
    if (line === undefined) throw refuse(`disk '${disk}' does not exist`);
    const drive = parseDrive(disk, line);
    const id = parseVolumeId(drive.volume);
    const volume = id && cluster.volumes.find(id.storage, id.name, node);
    if (isCdrom(drive) || !volume) throw refuse(`can't resize a cdrom`);
    const wanted = parseSize(size.replace(/^\+/, '')) ?? 0;
    const total = size.startsWith('+') ? volume.size + wanted : wanted;
    if (total < volume.size) throw refuse('shrinking disks is not supported');
    volume.size = total;
    if (findKind(cluster.requireStorage(volume.storage).type).layout === 'file') worker.log('Image resized.');
    const changed = formatDrive(changeDrive(drive, drive.volume, { size: formatSize(total) }));
    cluster.guests.change(guest, ({ config }) => config.set(disk, changed));
  });
}

import {
  changeDrive,
  type Drive,
  formatDrive,
  isCdrom,
  isCloudinit,
  isDriveKey,
  listDrives,
  parseDrive,
  parseVolumeId,
} from '../engine/drives.ts';
import { type Guest, isTemplate } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { requireUsable } from '../storage/access.ts';
import { allocateVolume, freeVolume } from '../storage/allocate.ts';
import { convertToBase } from '../storage/base.ts';
import { logCopied } from '../storage/copy-image.ts';
import { findKind } from '../storage/kinds.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { formatSize } from '../world/sizes.ts';
import { findFixedSize, isEfiDisk, isTpmState } from './fixed-disks.ts';

const cloudinitSize = 4 * 1024 ** 2;

/**
 * Puts a drive into a guest: `store:10` makes a new volume (of a template a base volume at once), `store:cloudinit` a
 * cloud-init drive; others must exist. Returns the drive's line.
 */
export async function placeDrive(call: StorageCall, guest: Guest, drive: Drive): Promise<string> {
  const id = parseVolumeId(drive.volume);
  if (!id) return formatDrive(changeDrive(drive, drive.volume, { size: undefined }));
  const storage = requireUsable(call.cluster, id.storage, call.node).id;
  if (id.name === 'cloudinit') return placeCloudinit(call, guest, { drive, storage });
  if (/^\d+(?:\.\d+)?$/.test(id.name)) {
    return placeDisk(call, guest, { drive, storage, gibibytes: Number(id.name) });
  }
  const volume = call.cluster.volumes.find(id.storage, id.name, call.node);
  if (!volume) throw refuse(`volume '${drive.volume}' does not exist`);
  return formatDrive(changeDrive(drive, drive.volume, { size: formatSize(volume.size) }));
}

/** Takes a drive out: its volume stays as `unusedN`, that of a cloud-init drive or of an unused line is removed. */
export async function detachDrive(call: StorageCall, guest: Guest, key: string): Promise<void> {
  const line = guest.config.get(key);
  if (line === undefined || !(isDriveKey(key) || key.startsWith('unused'))) return;
  const drive = parseDrive(key, line);
  const id = parseVolumeId(drive.volume);
  const volume = id && call.cluster.volumes.find(id.storage, id.name, call.node);
  if (!volume || volume.vmid !== guest.vmid) return;
  if (isCdrom(drive) || key.startsWith('unused')) return freeVolume(call, volume);
  const number = Array.from({ length: 256 }, (_, index) => index).find(
    (one) => !guest.config.has(`unused${one}`),
  );
  call.cluster.guests.change(guest, ({ config }) => config.set(`unused${number}`, drive.volume));
}

interface Placing {
  readonly drive: Drive;
  readonly storage: string;
}

async function placeCloudinit(call: StorageCall, guest: Guest, { drive, storage }: Placing): Promise<string> {
  const other = listDrives(guest.config).find((one) => isCloudinit(one) && one.key !== drive.key);
  if (other) throw refuse(`${drive.key} - cloud-init drive is already attached at '${other.key}'`);
  const isFile = findKind(call.cluster.requireStorage(storage).type).layout === 'file';
  const format = chooseFormat(call, storage, drive.options.get('format') ?? (isFile ? 'qcow2' : 'raw'));
  const wanted = { storage, vmid: guest.vmid, size: cloudinitSize, format, suffix: 'cloudinit' };
  return putIn(call, await allocateVolume(call, wanted), changeDrive(drive, '', { media: 'cdrom' }));
}

/** A new disk: those of firmware and TPM have a size of their own, whatever was asked for. */
async function placeDisk(
  call: StorageCall,
  guest: Guest,
  { drive, storage, gibibytes }: Placing & { readonly gibibytes: number },
): Promise<string> {
  const fixed = findFixedSize(drive);
  // Storages are told sizes in KiB.
  const size = fixed ?? Math.ceil(gibibytes * 1024 ** 2) * 1024;
  const format = isTpmState(drive)
    ? 'raw'
    : chooseFormat(call, storage, drive.options.get('format') ?? 'raw');
  const volume = await allocateVolume(call, { storage, vmid: guest.vmid, size, format });
  if (isEfiDisk(drive)) fillFirmware(call, volume, size);
  const shown = isEfiDisk(drive) ? volume.size : size;
  const isBase = guest.type === 'qemu' && isTemplate(guest);
  const placed = isBase ? await convertToBase(call, volume) : volume;
  return putIn(call, placed, changeDrive(drive, '', { size: formatSize(shown) }));
}

function fillFirmware({ worker }: StorageCall, volume: Volume, size: number): void {
  logCopied(worker, size);
  volume.data = size;
}

function chooseFormat({ cluster }: StorageCall, storage: string, wanted: string): string {
  return findKind(cluster.requireStorage(storage).type).formats.includes(wanted) ? wanted : 'raw';
}

function putIn({ worker }: StorageCall, volume: Volume, drive: Drive): string {
  const line = formatDrive(changeDrive(drive, describeVolume(volume), { format: undefined }));
  worker.log(`${drive.key}: successfully created disk '${line}'`);
  return line;
}

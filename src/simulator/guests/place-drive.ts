import {
  changeDrive,
  type Drive,
  formatDrive,
  isCdrom,
  isDriveKey,
  parseDrive,
  parseVolumeId,
} from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { requireUsable } from '../storage/access.ts';
import { allocateVolume, freeVolume } from '../storage/allocate.ts';
import { findKind } from '../storage/kinds.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { formatSize } from '../world/sizes.ts';

const cloudinitSize = 4 * 1024 ** 2;

/** Puts a drive into a guest: `store:10` makes a new volume, `store:cloudinit` a cloud-init drive; others must exist. */
export async function placeDrive(call: StorageCall, guest: Guest, drive: Drive): Promise<string> {
  const id = parseVolumeId(drive.volume);
  if (!id) return formatDrive(drive);
  requireUsable(call.cluster, id.storage, call.node);
  if (id.name === 'cloudinit') return placeCloudinit(call, guest, { drive, storage: id.storage });
  if (/^\d+(?:\.\d+)?$/.test(id.name)) {
    const size = Math.round(Number(id.name) * 1024 ** 3);
    const volume = await make(call, guest, { drive, storage: id.storage, size });
    const line = formatDrive(
      changeDrive(drive, describeVolume(volume), { format: undefined, size: formatSize(size) }),
    );
    call.worker.log(`${drive.key}: successfully created disk '${line}'`);
    return line;
  }
  const volume = call.cluster.volumes.find(id.storage, id.name, call.node);
  if (!volume && !isCdrom(drive)) throw refuse(`volume '${drive.volume}' does not exist`);
  const known = volume && !isCdrom(drive) ? { size: formatSize(volume.size) } : {};
  return formatDrive(changeDrive(drive, drive.volume, known));
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

async function placeCloudinit(
  call: StorageCall,
  guest: Guest,
  { drive, storage }: { readonly drive: Drive; readonly storage: string },
): Promise<string> {
  const volume = await make(call, guest, { drive, storage, size: cloudinitSize, suffix: 'cloudinit' });
  call.worker.log(`${drive.key}: successfully created disk '${describeVolume(volume)},media=cdrom'`);
  call.worker.log('generating cloud-init ISO');
  return formatDrive(changeDrive(drive, describeVolume(volume), { media: 'cdrom', format: undefined }));
}

async function make(
  call: StorageCall,
  guest: Guest,
  wanted: {
    readonly drive: Drive;
    readonly storage: string;
    readonly size: number;
    readonly suffix?: string;
  },
): Promise<Volume> {
  const kind = findKind(call.cluster.requireStorage(wanted.storage).type);
  const preferred =
    wanted.drive.options.get('format') ?? (wanted.suffix && kind.layout === 'file' ? 'qcow2' : 'raw');
  const format = kind.formats.includes(preferred) ? preferred : 'raw';
  const { storage, size, suffix } = wanted;
  return allocateVolume(call, { storage, vmid: guest.vmid, size, format, ...(suffix ? { suffix } : {}) });
}

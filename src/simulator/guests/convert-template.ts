import {
  changeDrive,
  type Drive,
  formatDrive,
  isCdrom,
  listDrives,
  parseVolumeId,
} from '../engine/drives.ts';
import { describeConfigPath, type Guest, isTemplate } from '../engine/guests.ts';
import { describeVolume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { convertToBase } from '../storage/base.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { supportsFeature } from './features.ts';
import { requireUnlocked, withGuestLock } from './guest-lock.ts';

/** Checks of a VM's conversion, made by the request and again by the worker. */
export function checkConversion(guest: Guest, disk: string | undefined): void {
  requireUnlocked(guest);
  if (guest.snapshots.size > 0) throw refuse('unable to create template, because VM contains snapshots');
  if (isTemplate(guest) && disk === undefined) throw refuse(`you can't convert a template to a template`);
  if (guest.running) throw refuse(`you can't convert a VM to template if VM is running`);
}

/** The work of a `qmtemplate` task: the flag first, then disk by disk. */
export async function convertVm(call: StorageCall, guest: Guest, disk: string | undefined): Promise<void> {
  await withGuestLock(call, { type: 'qemu', vmid: guest.vmid }, async () => {
    checkConversion(guest, disk);
    call.cluster.requireWritable(call.node, describeConfigPath('qemu', call.node, guest.vmid));
    await convertDisks(call, guest, disk);
    call.cluster.counts.conversions += 1;
  });
}

/** Sets the flag and renames the volumes; those whose storage cannot are silently left as they are. */
export async function convertDisks(call: StorageCall, guest: Guest, disk?: string): Promise<void> {
  const { cluster } = call;
  cluster.guests.change(guest, ({ config }) => config.set('template', '1'));
  for (const drive of listDrives(guest.config)) {
    if (disk !== undefined && drive.key !== disk) continue;
    const line = await convertDrive(call, drive);
    cluster.guests.change(guest, ({ config }) => config.set(drive.key, line));
  }
}

/** The line of a template's drive after its volume became a base, where it can become one. */
async function convertDrive(call: StorageCall, drive: Drive): Promise<string> {
  const { cluster, node } = call;
  if (isCdrom(drive) || !supportsFeature(cluster, drive, { feature: 'template' })) return formatDrive(drive);
  const id = parseVolumeId(drive.volume);
  const volume = id && cluster.volumes.find(id.storage, id.name, node);
  if (!volume) throw refuse(`volume '${drive.volume}' does not exist`);
  return formatDrive(changeDrive(drive, describeVolume(await convertToBase(call, volume))));
}

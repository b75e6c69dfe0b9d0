import { changeDrive, formatDrive, isCdrom, listDrives, parseVolumeId } from '../engine/drives.ts';
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
    call.cluster.requireWritable(describeConfigPath('qemu', call.node, guest.vmid));
    await convertDisks(call, guest, disk);
    call.cluster.counts.conversions += 1;
  });
}

/** Sets the flag and renames the volumes; those whose storage cannot are silently left as they are. */
export async function convertDisks(call: StorageCall, guest: Guest, disk?: string): Promise<void> {
  const { cluster, node } = call;
  cluster.guests.change(guest, ({ config }) => config.set('template', '1'));
  for (const drive of listDrives(guest.config)) {
    if (isCdrom(drive) || (disk !== undefined && drive.key !== disk)) continue;
    if (!supportsFeature(cluster, drive, { feature: 'template' })) continue;
    const id = parseVolumeId(drive.volume);
    const volume = id && cluster.volumes.find(id.storage, id.name, node);
    if (!volume) throw refuse(`no such volume '${drive.volume}'`);
    const base = await convertToBase(call, volume);
    const line = formatDrive(changeDrive(drive, describeVolume(base)));
    cluster.guests.change(guest, ({ config }) => config.set(drive.key, line));
  }
}

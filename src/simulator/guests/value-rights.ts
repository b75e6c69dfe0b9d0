import type { Cluster } from '../engine/cluster.ts';
import { type Drive, isCdrom, isCloudinit, isDriveKey, parseDrive } from '../engine/drives.ts';
import { type Guest, requireUnprotected } from '../engine/guests.ts';
import type { ConfigChange } from './config-change.ts';
import { checkDeviceRights, checkSerialRights } from './device-rights.ts';
import { type Asking, requireBridges, requireOfGuest } from './rights.ts';

/** Refuses what depends on the values that are there or shall be there: looked at under the guest's lock. */
export function checkValues(cluster: Cluster, guest: Guest, change: ConfigChange): void {
  if (guest.type === 'lxc') return checkContainerVolumes(guest, change);
  const asking = { cluster, identity: change.identity, vmid: guest.vmid };
  for (const key of change.remove) {
    const value = guest.config.get(key);
    if (value !== undefined) checkRemoval(asking, guest, { key, value });
  }
  for (const [key, value] of change.set) checkSetting(asking, guest, { key, value });
}

interface Line {
  readonly key: string;
  readonly value: string;
}

function checkRemoval(asking: Asking, guest: Guest, { key, value }: Line): void {
  if (key.startsWith('unused')) {
    requireUnprotected(guest, `can't remove unused disk '${parseDrive(key, value).volume}'`);
    requireOfGuest(asking, 'VM.Config.Disk');
  }
  if (isDriveKey(key)) {
    requireUnprotected(guest, `can't remove drive '${key}'`);
    checkDriveRights(asking, parseDrive(key, value));
  }
  if (/^serial\d+$/.test(key)) checkSerialRights(asking, { key, values: [value], verb: 'delete' });
  if (/^net\d+$/.test(key)) requireBridges(asking.cluster, asking.identity, [[key, value]]);
  if (key === 'tags') requireOfGuest(asking, 'VM.Config.Options');
  checkDeviceRights(asking, key, value);
}

function checkSetting(asking: Asking, guest: Guest, { key, value }: Line): void {
  const before = guest.config.get(key);
  const values = [...(before === undefined ? [] : [before]), value];
  if (isDriveKey(key)) for (const line of values) checkDriveRights(asking, parseDrive(key, line));
  if (/^serial\d+$/.test(key)) checkSerialRights(asking, { key, values, verb: 'modify' });
  if (/^net\d+$/.test(key))
    requireBridges(
      asking.cluster,
      asking.identity,
      values.map((line) => [key, line]),
    );
  if (key === 'tags') requireOfGuest(asking, 'VM.Config.Options');
  for (const line of values) checkDeviceRights(asking, key, line);
}

function checkDriveRights(asking: Asking, drive: Drive): void {
  const isGenerated = isCloudinit(drive) || drive.volume.endsWith(':cloudinit');
  const plain = isCdrom(drive) ? ['VM.Config.CDROM'] : ['VM.Config.Disk'];
  const wanted = isGenerated ? ['VM.Config.Cloudinit', 'VM.Config.CDROM'] : plain;
  for (const privilege of wanted) requireOfGuest(asking, privilege);
}

/** A protected container keeps its volumes as they are. */
function checkContainerVolumes(guest: Guest, change: ConfigChange): void {
  for (const key of change.remove) {
    if (/^(?:mp|unused)\d+$/.test(key) && guest.config.has(key)) {
      requireUnprotected(guest, `can't remove CT ${guest.vmid} drive '${key}'`);
    }
  }
  for (const key of change.set.keys()) {
    if (/^(?:rootfs|mp\d+)$/.test(key))
      requireUnprotected(guest, `can't update CT ${guest.vmid} drive '${key}'`);
  }
}

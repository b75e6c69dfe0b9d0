import type { Cluster } from '../engine/cluster.ts';
import { isCloudinit, isDriveKey, parseDrive } from '../engine/drives.ts';
import { describeConfigPath, digestGuest, type Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import type { ConfigChange } from './config-change.ts';
import { requireUnlocked } from './guest-lock.ts';
import { renewMac } from './new-identity.ts';
import { detachDrive, placeDrive } from './place-drive.ts';
import { chooseBootOrder } from './boot-order.ts';
import { checkValues } from './value-rights.ts';
import { checkContainerOptions, checkVmOptions } from './option-rights.ts';
import { isRootUser, requireBridges } from './rights.ts';
import { normaliseTags } from './tags.ts';

/** Refuses what the caller may not change, as far as the options' names tell it. */
export function checkChangeRights(cluster: Cluster, guest: Guest, change: ConfigChange): void {
  const { identity } = change;
  if (isRootUser(identity)) return;
  const asking = { cluster, identity, vmid: guest.vmid };
  const keys = [...change.remove, ...change.set.keys()];
  if (guest.type === 'qemu') checkVmOptions(asking, keys);
  else checkContainerOptions(asking, guest, keys);
  requireBridges(cluster, identity, change.set);
}

/** Refuses a change of what is locked, or of what has changed since the caller looked. */
export function checkUnchanged(guest: Guest, change: ConfigChange): void {
  if (change.digest !== undefined && change.digest !== digestGuest(guest)) {
    throw refuse(
      guest.type === 'qemu'
        ? 'checksum mismatch (file change by other user?)'
        : 'detected modified configuration - file changed by other user? Try again.',
    );
  }
  if (!change.skipLock) requireUnlocked(guest);
}

/** Applies a change under the guest's lock, which the caller holds. */
export async function applyChange(call: StorageCall, guest: Guest, change: ConfigChange): Promise<void> {
  const { cluster } = call;
  cluster.requireWritable(call.node, describeConfigPath(guest.type, guest.node, guest.vmid));
  checkValues(cluster, guest, change);
  const values = new Map<string, string>();
  for (const [key, value] of change.set) values.set(key, await prepareValue(call, guest, { key, value }));
  const boot = chooseBootOrder(guest, change);
  if (boot !== undefined) values.set('boot', boot);
  for (const key of [...change.remove, ...listReplaced(guest, values)]) await detachDrive(call, guest, key);
  cluster.guests.change(guest, ({ config }) => {
    for (const key of change.remove) config.delete(key);
    for (const [key, value] of values) {
      if (value === '') config.delete(key);
      else config.set(key, value);
    }
  });
  const hasNewCloudinit = [...values].some(
    ([key, value]) => isDriveKey(key) && isCloudinit(parseDrive(key, value)),
  );
  if (hasNewCloudinit && !guest.running) call.worker.log('generating cloud-init ISO');
}

/** Drives that get another volume than they have. */
function listReplaced(guest: Guest, values: ReadonlyMap<string, string>): string[] {
  return [...values.keys()].filter((key) => {
    const [old, now] = [guest.config.get(key), values.get(key)];
    if (old === undefined || now === undefined || !isDriveKey(key)) return false;
    return parseDrive(key, old).volume !== parseDrive(key, now).volume;
  });
}

async function prepareValue(
  call: StorageCall,
  guest: Guest,
  { key, value }: { readonly key: string; readonly value: string },
): Promise<string> {
  const { cluster } = call;
  if (key === 'tags') return normaliseTags(cluster, value);
  if (/^net\d+$/.test(key)) return renewMac(cluster, guest.type, value, true);
  if (isDriveKey(key)) return placeDrive(call, guest, parseDrive(key, value));
  return value;
}

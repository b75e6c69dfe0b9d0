import type { Identity } from '../access/permissions.ts';
import { splitList } from '../engine/text-list.ts';
import type { Cluster } from '../engine/cluster.ts';
import { isDriveKey, parseDrive } from '../engine/drives.ts';
import { digestGuest, type Guest } from '../engine/guests.ts';
import { ApiError, refuse } from '../errors.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { requireUnlocked } from './guest-lock.ts';
import { renewMac } from './new-identity.ts';
import { detachDrive, placeDrive } from './place-drive.ts';
import { requireBridges, requireRight } from './rights.ts';
import { checkSshKeys } from './ssh-keys.ts';
import { normaliseTags } from './tags.ts';

/** Options to set and to delete, and the digest the caller has seen. */
export interface ConfigChange {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  readonly digest: string | undefined;
  readonly skipLock: boolean;
}

/** Refuses what the caller may not change, option by option. */
export function checkChangeRights(
  cluster: Cluster,
  identity: Identity,
  guest: Guest,
  change: ConfigChange,
): void {
  if (identity.user === 'root@pam' && identity.token === undefined) return;
  for (const key of [...change.set.keys(), ...change.remove]) {
    const value = change.set.get(key) ?? guest.config.get(key) ?? '';
    const privilege = findPrivilege(key, value);
    if (privilege === undefined) throw new ApiError(500, `only root can set '${key}' config`);
    requireRight(cluster, identity, `/vms/${guest.vmid}`, privilege);
  }
  requireBridges(cluster, identity, change.set);
}

/** Applies a change under the guest's lock, which the caller holds. */
export async function applyChange(call: StorageCall, guest: Guest, change: ConfigChange): Promise<void> {
  const { cluster } = call;
  if (change.digest !== undefined && change.digest !== digestGuest(guest)) {
    throw refuse(
      guest.type === 'qemu'
        ? 'checksum mismatch (file change by other user?)'
        : 'detected modified configuration - file changed by other user? Try again.',
    );
  }
  if (!change.skipLock) requireUnlocked(guest);
  cluster.requireWritable(
    `nodes/${guest.node}/${guest.type === 'qemu' ? 'qemu-server' : 'lxc'}/${guest.vmid}.conf`,
  );
  const values = new Map<string, string>();
  for (const [key, value] of change.set) values.set(key, await prepareValue(call, guest, { key, value }));
  for (const key of change.remove) await detachDrive(call, guest, key);
  cluster.guests.change(guest, ({ config }) => {
    for (const key of change.remove) config.delete(key);
    for (const [key, value] of values) {
      if (value === '') config.delete(key);
      else config.set(key, value);
    }
  });
}

async function prepareValue(
  call: StorageCall,
  guest: Guest,
  { key, value }: { readonly key: string; readonly value: string },
): Promise<string> {
  const { cluster } = call;
  if (key === 'tags') return normaliseTags(cluster, value);
  if (key === 'sshkeys') return checkSshKeys(value);
  if (/^net\d+$/.test(key)) return renewMac(cluster, guest.type, value, true);
  if (isDriveKey(key)) return placeDrive(call, guest, parseDrive(key, value));
  return value;
}

const byPrivilege: readonly (readonly [RegExp, string])[] = [
  [/^(?:cores|sockets|cpu|cpulimit|cpuunits|numa\d*|vcpus|smp|affinity)$/, 'VM.Config.CPU'],
  [/^(?:memory|balloon|shares|swap|hugepages|allow-ksm)$/, 'VM.Config.Memory'],
  [/^(?:net\d+|nameserver|searchdomain|hostname|ipconfig\d+)$/, 'VM.Config.Network'],
  [/^(?:ciuser|cipassword|sshkeys|citype|cicustom|ciupgrade)$/, 'VM.Config.Cloudinit'],
  [
    /^(?:bios|machine|scsihw|vga|acpi|kvm|tablet|keyboard|agent0|watchdog|rng0|serial\d+|audio0|usb\d+|arch|smbios1|vmgenid)$/,
    'VM.Config.HWType',
  ],
  [/^(?:boot|bootdisk)$/, 'VM.Config.Disk'],
];

/** The privilege an option needs; undefined when it is for root alone. */
function findPrivilege(key: string, value: string): string | undefined {
  if (/^(?:lock|args|parent|snaptime|vmstate|hostpci\d+|parallel\d+|lxc\..*)$/.test(key)) return undefined;
  if (isDriveKey(key)) return /media=cdrom/.test(value) ? 'VM.Config.CDROM' : 'VM.Config.Disk';
  if (key.startsWith('unused')) return 'VM.Config.Disk';
  return byPrivilege.find(([pattern]) => pattern.test(key))?.[1] ?? 'VM.Config.Options';
}

/** Splits a call's parameters into a change. */
export function readChange(entries: readonly (readonly [string, string])[]): ConfigChange {
  const all = new Map(entries);
  const control = new Set([
    'node',
    'vmid',
    'delete',
    'revert',
    'digest',
    'skiplock',
    'force',
    'background_delay',
  ]);
  const set = new Map(entries.filter(([key]) => !control.has(key)));
  const remove = splitList(all.get('delete') ?? '');
  if (set.size === 0 && remove.length === 0) throw refuse('no options specified');
  return { set, remove, digest: all.get('digest'), skipLock: all.get('skiplock') === '1' };
}

import { refuse, refuseRights } from '../errors.ts';
import type { Guest } from '../engine/guests.ts';
import { isDriveKey } from '../engine/drives.ts';
import { type Asking, requireOfGuest, requireRight } from './rights.ts';

/** Options whose right depends on the value: they are looked at when the change is made. */
const byValue = /^(?:unused\d+|serial\d+|usb\d+|hostpci\d+|virtiofs\d+|tags|cdrom)$/;

const ofVm: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:cores|cpu|cpulimit|cpuunits|numa\d*|runningcpu|smp|sockets|vcpus)$/, ['VM.Config.CPU']],
  [/^(?:memory|balloon|shares|allow-ksm)$/, ['VM.Config.Memory']],
  [
    /^(?:acpi|hotplug|kvm|machine|runningmachine|scsihw|smbios1|tablet|vga|watchdog|audio0|rng0)$/,
    ['VM.Config.HWType'],
  ],
  [
    /^(?:agent|autostart|bios|description|keyboard|localtime|migrate_downtime|migrate_speed|name|onboot|ostype|protection|reboot|startdate|startup|tdf|template)$/,
    ['VM.Config.Options'],
  ],
  [/^freeze$/, ['VM.PowerMgmt']],
  [/^(?:boot|bootdisk|vmstatestorage)$/, ['VM.Config.Disk']],
  [/^net\d+$/, ['VM.Config.Network']],
  [
    /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/,
    ['VM.Config.Cloudinit', 'VM.Config.Network'],
  ],
];

/** Refuses options of a VM that the caller may not change; whatever is in no list is for root's own login alone. */
export function checkVmOptions(asking: Asking, keys: readonly string[]): void {
  for (const key of keys) {
    if (isDriveKey(key) || byValue.test(key)) continue;
    if (key === 'vmstate') {
      requireOfGuest(asking, 'VM.Config.Disk');
      requireOfGuest(asking, 'VM.PowerMgmt');
      continue;
    }
    const privileges = ofVm.find(([pattern]) => pattern.test(key))?.[1];
    if (!privileges) throw refuse(`only root can set '${key}' config`);
    requireOfGuest(asking, ...privileges);
    // The order of the start changes the whole node.
    if (key === 'startup') requireRight(asking.cluster, asking.identity, '/', 'Sys.Modify');
  }
}

const ofContainer: readonly (readonly [RegExp, string])[] = [
  [/^(?:cores|cpuunits|cpulimit)$/, 'VM.Config.CPU'],
  [/^(?:rootfs|mp\d+)$/, 'VM.Config.Disk'],
  [/^(?:memory|swap)$/, 'VM.Config.Memory'],
  [/^(?:net\d+|nameserver|searchdomain|hostname)$/, 'VM.Config.Network'],
];

/** The same for a container. */
export function checkContainerOptions(asking: Asking, guest: Guest, keys: readonly string[]): void {
  for (const key of keys) {
    const refusal = explainRootOnly(guest, key);
    if (refusal !== undefined) throw refuseRights(`${refusal} is only allowed for root@pam`);
    const privilege = ofContainer.find(([pattern]) => pattern.test(key))?.[1] ?? 'VM.Config.Options';
    requireOfGuest(asking, privilege);
  }
}

function explainRootOnly({ config }: Guest, key: string): string | undefined {
  if (/^dev\d+$/.test(key)) return 'configuring device passthrough';
  if (key === 'hookscript') return 'changing the hookscript';
  const isPrivileged = config.get('unprivileged') !== '1';
  return key === 'features' && isPrivileged ? 'changing feature flags for privileged container' : undefined;
}

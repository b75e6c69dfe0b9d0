import { createHash } from 'node:crypto';
import type { Disk } from '../../proxmox/guests/disks.ts';
import type { GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';

/**
 * A fingerprint (16 hexadecimal digits) of what a template is made of: its identity (uuid, generation id, time of
 * creation; a container's network addresses) and its disks with their sizes. It changes when the template is rebuilt;
 * moving it to another node or storage, renaming and retagging leave it as it is.
 */
export function fingerprintGeneration(
  kind: GuestKind,
  config: Pick<GuestConfig, 'options' | 'disks'>,
): string {
  const content = {
    kind,
    identity: identify(config.options),
    disks: config.disks.filter(isCopied).map(describe),
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

/** Whether a full clone copies the bytes of this drive: no CD, no cloud-init data, nothing detached. */
export function isCopied(disk: Disk): boolean {
  return disk.volume !== undefined && !disk.cdrom && !disk.cloudinit && !disk.unused;
}

function identify(options: Readonly<Record<string, string>>): string[] {
  const parts = [
    find(options['smbios1'], /(?:^|,)uuid=([^,]+)/),
    options['vmgenid'],
    find(options['meta'], /(?:^|,)ctime=(\d+)/),
    ...containerAddresses(options),
  ];
  return parts.map((part) => part?.toLowerCase() ?? '');
}

/** A container has neither uuid nor time of creation; the addresses it was made with stay through a migration. */
function containerAddresses(options: Readonly<Record<string, string>>): string[] {
  return Object.keys(options)
    .filter((key) => /^net\d+$/.test(key))
    .sort()
    .flatMap((key) => find(options[key], /(?:^|,)hwaddr=([^,]+)/) ?? []);
}

function find(text: string | undefined, pattern: RegExp): string | undefined {
  return text === undefined ? undefined : pattern.exec(text)?.[1];
}

/** Storage, folder, file extension and the word for a base depend on where the volume lies, the rest on what it is. */
function describe({ drive, volume = '', size }: Disk): string {
  const name =
    volume
      .slice(volume.indexOf(':') + 1)
      .split('/')
      .at(-1) ?? '';
  const own = name.replace(/\.(?:raw|qcow2|vmdk|subvol)$/, '').replace(/^(?:base|basevol|vm|subvol)-/, '');
  return `${drive} ${own} ${size ?? '?'}`;
}

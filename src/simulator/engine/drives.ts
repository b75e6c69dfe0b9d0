/** A line of a config that names a volume: `local:9000/base-9000-disk-0.qcow2,size=1G`. */
export interface Drive {
  /** `scsi0`, `rootfs`… */
  readonly key: string;
  /** `none`, `cdrom`, a path, or `<storage>:<name>`. */
  readonly volume: string;
  readonly options: ReadonlyMap<string, string>;
}

/** A volume id split at its colon. */
export interface VolumeId {
  readonly storage: string;
  readonly name: string;
}

const driveKey = /^(?:(?:ide|sata|scsi|virtio)\d+|efidisk0|tpmstate0|rootfs|mp\d+)$/;
const unusedKey = /^unused\d+$/;

/** Splits `local:100/vm-100-disk-0.raw`; undefined for `none`, `cdrom` and paths. */
export function parseVolumeId(text: string): VolumeId | undefined {
  const match = /^([A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]):(.+)$/.exec(text);
  return match?.[1] && match[2] ? { storage: match[1], name: match[2] } : undefined;
}

/** Reads one drive line. */
export function parseDrive(key: string, text: string): Drive {
  const [first = '', ...rest] = text.split(',');
  const options = new Map(rest.map((part) => splitOption(part)));
  const volume = first.replace(/^(?:file|volume)=/, '');
  return { key, volume, options };
}

/** Writes a drive line back as Proxmox does: the volume first, then the options by name. */
export function formatDrive(drive: Drive): string {
  const options = [...drive.options].map(([key, value]) => `${key}=${value}`);
  return [drive.volume, ...options.toSorted()].join(',');
}

/** A drive with another volume and changed options (undefined removes one). */
export function changeDrive(
  drive: Drive,
  volume: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Drive {
  const options = new Map(drive.options);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) options.delete(key);
    else options.set(key, value);
  }
  return { key: drive.key, volume, options };
}

/** All drives of a config, by key as text (scsi10 before scsi2), as Proxmox goes through them. */
export function listDrives(config: ReadonlyMap<string, string>): Drive[] {
  return [...config]
    .filter(([key]) => isDriveKey(key))
    .map(([key, value]) => parseDrive(key, value))
    .toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

/** Busses that a VM can boot from, in the order in which the first disk and the first CD drive are looked for. */
const bootBusses = ['ide', 'scsi', 'virtio', 'sata'];

/** The drives that a VM may boot from, first things first (scsi2 before scsi10). */
export function listBootDrives(config: ReadonlyMap<string, string>): Drive[] {
  return bootBusses.flatMap((bus) => {
    const pattern = new RegExp(`^${bus}(\\d+)$`);
    const number = (drive: Drive): number => Number(pattern.exec(drive.key)?.[1]);
    return listDrives(config)
      .filter((drive) => pattern.test(drive.key))
      .toSorted((left, right) => number(left) - number(right));
  });
}

/** Drives plus `unusedN` lines. */
export function listVolumesOf(config: ReadonlyMap<string, string>): Drive[] {
  const unused = [...config]
    .filter(([key]) => unusedKey.test(key))
    .map(([key, value]) => parseDrive(key, value));
  return [...listDrives(config), ...unused];
}

/** Whether a config key names a drive. */
export function isDriveKey(key: string): boolean {
  return driveKey.test(key);
}

/** A CD drive, cloud-init among them. */
export function isCdrom(drive: Drive): boolean {
  return drive.options.get('media') === 'cdrom';
}

/** A cloud-init drive: a small volume of its own that is never cloned. */
export function isCloudinit(drive: Drive): boolean {
  return isCdrom(drive) && /vm-\d+-cloudinit/.test(drive.volume);
}

function splitOption(part: string): [string, string] {
  const at = part.indexOf('=');
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}

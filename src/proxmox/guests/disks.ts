/** A drive or mount point of a guest's configuration. */
export interface Disk {
  /** `scsi0`, `efidisk0`, `unused1`, `rootfs`, `mp0` … */
  drive: string;
  /** The storage's name; undefined for an empty or host CD drive and for a path of the host. */
  storage?: string;
  /** The whole volume id, `local:100/base-100-disk-0.qcow2`; undefined without storage. */
  volume?: string;
  /** Bytes; undefined where the configuration does not say. */
  size?: number;
  /** A CD drive that is not cloud-init's: with an image, with the host's drive or empty. */
  cdrom: boolean;
  /** A CD drive that is the host's own: `cdrom`, or a path such as `/dev/sr0`. */
  hostDrive: boolean;
  /** The small volume that hands cloud-init its data. */
  cloudinit: boolean;
  /** A volume that belongs to the guest but is not attached. */
  unused: boolean;
  /** Whether the volume is a base that linked clones can stand on. */
  base: boolean;
  /** Options after the volume, size included, as they are written. */
  options: Readonly<Record<string, string>>;
}

const driveKey = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp)\d+$|^rootfs$/;
const cloudinitVolume = /(?:^|[:/])vm-\d+-cloudinit(?:\.\w+)?$/;
const baseVolume = /(?:^|[:/])(?:base|basevol)-\d+-[^/]*$/;
const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Whether a configuration key names a drive or mount point. */
export function isDriveKey(key: string): boolean {
  return driveKey.test(key);
}

/** All drives of a configuration, sorted by their name as Proxmox does it (as text). */
export function parseDisks(config: Readonly<Record<string, string>>): Disk[] {
  return Object.keys(config)
    .filter(isDriveKey)
    .sort()
    .map((drive) => parseDisk(drive, config[drive] ?? ''));
}

/** One drive: `local:100/vm-100-disk-0.qcow2,size=10G,ssd=1`. */
export function parseDisk(drive: string, value: string): Disk {
  const [source, options] = splitValue(value);
  const located = /^([A-Za-z][\w.-]*):(.+)$/.exec(source);
  const cloudinit = located !== null && cloudinitVolume.test(source);
  const cdrom = options['media'] === 'cdrom' && !cloudinit;
  return {
    drive,
    storage: located?.[1],
    volume: located ? source : undefined,
    size: parseSize(options['size']),
    cdrom,
    hostDrive: cdrom && (source === 'cdrom' || source.startsWith('/')),
    cloudinit,
    unused: drive.startsWith('unused'),
    base: located !== null && baseVolume.test(source),
    options,
  };
}

/** `10G`, `528K`, `4M`, `1.5T` or plain bytes; undefined when it is none of them. */
export function parseSize(size: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(size ?? '') ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Math.round(Number(digits) * (units[unit] ?? 1));
}

/** The volume comes first or as `file=` (VM) or `volume=` (container). */
function splitValue(value: string): [source: string, options: Record<string, string>] {
  const options: Record<string, string> = {};
  let source = '';
  for (const part of value.split(',')) {
    const at = part.indexOf('=');
    const key = at < 0 ? '' : part.slice(0, at);
    if (at < 0 || key === 'file' || key === 'volume') source = part.slice(at + 1);
    else options[key] = part.slice(at + 1);
  }
  return [source, options];
}

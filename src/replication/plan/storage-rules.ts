import type { Disk } from '../../proxmox/guests/disks.ts';

/** How a volume's bytes are laid out; what an offline migration keeps as it is. */
export type VolumeFormat = 'raw' | 'qcow2' | 'vmdk' | 'subvol';

const files = new Set(['dir', 'nfs', 'cifs']);
const blocks = new Set(['lvmthin', 'lvm', 'btrfs', 'rbd']);
const thin = new Set(['dir', 'nfs', 'cifs', 'btrfs', 'lvmthin', 'rbd']);
const baseless = new Set(['lvm', 'iscsi', 'iscsidirect']);

/** Whether bases of linked clones can lie on a storage of this type; of unknown types nobody can tell, so they may. */
export function canHoldBases(type: string): boolean {
  return !baseless.has(type);
}

/** Whether a storage of this type keeps images as files, and so in any format. */
export function keepsFiles(type: string): boolean {
  return files.has(type);
}

/** Whether volumes on a storage of this type take only as much room as is written; of ZFS its options decide. */
export function isThin(type: string): boolean {
  return thin.has(type);
}

/** A volume's format, by its name and where it lies. */
export function readFormat(disk: Pick<Disk, 'volume'>, type: string): VolumeFormat {
  const volume = disk.volume ?? '';
  if (volume.endsWith('.qcow2')) return 'qcow2';
  if (volume.endsWith('.vmdk')) return 'vmdk';
  if (volume.endsWith('.subvol')) return 'subvol';
  return type === 'zfspool' && /[:/](?:subvol|basevol)-/.test(volume) ? 'subvol' : 'raw';
}

export interface Transfer {
  from: string;
  format: VolumeFormat;
  to: string;
}

/**
 * Whether an offline migration can carry a local volume from one type of storage to another. It never converts: images
 * of other formats than raw go from files to files only, and ZFS talks to ZFS only.
 */
export function isTransferable({ from, format, to }: Transfer): boolean {
  if (from === 'zfspool' || to === 'zfspool') return from === to;
  if (format === 'subvol') return from === to;
  if (format !== 'raw') return files.has(from) && files.has(to);
  if (files.has(from) || blocks.has(from)) return files.has(to) || blocks.has(to);
  return from === to;
}

import type { Drive } from '../engine/drives.ts';

/** Bytes of the variables of the OVMF firmware, by the disk's type. */
const efiSizes = { '2m': 128 * 1024, '4m': 528 * 1024 } as const;
const tpmSize = 4 * 1024 ** 2;

/** The size of a drive whose size is not a matter of choice, in bytes; undefined for ordinary ones. */
export function findFixedSize(drive: Drive): number | undefined {
  if (isTpmState(drive)) return tpmSize;
  if (!isEfiDisk(drive)) return undefined;
  return drive.options.get('efitype') === '4m' ? efiSizes['4m'] : efiSizes['2m'];
}

/** The firmware's variables: a copy of the firmware's own file at first. */
export function isEfiDisk(drive: Drive): boolean {
  return drive.key === 'efidisk0';
}

/** The state of an emulated TPM: always raw, and never read while the VM runs. */
export function isTpmState(drive: Drive): boolean {
  return drive.key === 'tpmstate0';
}

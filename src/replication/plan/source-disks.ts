import { isCopied } from '../../inventory/lineage/generation.ts';
import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import type { Disk } from '../../proxmox/guests/disks.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { Reason } from './reason.ts';
import type { SpaceUse } from './route.ts';
import { readFormat, type VolumeFormat } from './storage-rules.ts';
import { keyOf, type StorageMap } from './storage-map.ts';

/** A drive that a full clone copies, and where it lies. */
export interface CopiedDisk {
  drive: string;
  storage: ObservedStorage;
  format: VolumeFormat;
  /** Bytes. */
  size: number;
}

/** What is to be copied, seen from the node where it is. */
export interface CopySource {
  kind: GuestKind;
  node: string;
  /** Disks and the cloud-init drive. */
  disks: CopiedDisk[];
  /** CD drives with an image in a storage. */
  cds: { drive: string; storage: string }[];
}

/** Looks up the storages of a guest's disks; a reason when one cannot be seen or is none of Proxmox's. */
export function describeSource(
  { kind, node, disks }: { kind: GuestKind; node: string; disks: readonly Disk[] },
  storages: StorageMap,
): { source: CopySource } | { reason: Reason } {
  const copied: CopiedDisk[] = [];
  for (const disk of disks.filter((one) => isCopied(one) || one.cloudinit || isForeign(one))) {
    const storage = disk.storage === undefined ? undefined : storages.find(node, disk.storage);
    if (disk.storage === undefined) return { reason: describeForeign(disk, node) };
    if (!storage?.active) return { reason: describeUnseen(disk.storage, node) };
    copied.push({ drive: disk.drive, storage, format: readFormat(disk, storage.type), size: disk.size ?? 0 });
  }
  const cds = disks.flatMap(({ cdrom, drive, storage }) =>
    cdrom && storage !== undefined ? [{ drive, storage }] : [],
  );
  return { source: { kind, node, disks: copied, cds } };
}

/** The room that copies of the disks take on one storage, or each on its own. */
export function useSpace(
  disks: readonly CopiedDisk[],
  { target, storage }: { target: string; storage?: ObservedStorage },
): SpaceUse[] {
  return disks.map((disk) => ({
    key: keyOf(storage ?? disk.storage),
    bytes: disk.size,
    from: keyOf(disk.storage),
    target,
  }));
}

/** A disk of the host itself, which no clone can take along. */
function isForeign(disk: Disk): boolean {
  return disk.storage === undefined && !disk.cdrom && !disk.cloudinit && !disk.unused;
}

function describeForeign({ drive }: Disk, node: string): Reason {
  const message = `Drive ${drive} is a device or folder of node ${node} itself and cannot be copied; detach it from the template`;
  return { code: 'SOURCE_USES_HOST_DEVICES', message };
}

function describeUnseen(storage: string, node: string): Reason {
  const message = `Storage ${storage} of the source is not available on node ${node}, or the account lacks Datastore.Audit on it`;
  return { code: 'STORAGE_UNAVAILABLE', message };
}

import type { Storage } from '../engine/cluster.ts';
import type { Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { describePath } from './access.ts';
import { findKind, roundSize } from './kinds.ts';
import type { StorageCall } from './storage-lock.ts';
import { parseVolumeName } from './volume-names.ts';

/** A volume that is to be larger. */
export interface Growth {
  readonly volume: Volume;
  /** Bytes. */
  readonly size: number;
  /** Its guest runs: then QEMU enlarges an image file by itself. */
  readonly running: boolean;
}

/** Enlarges a volume, with what its storage's commands say. A base volume in a file may not be written. */
export function growVolume({ cluster, worker }: StorageCall, { volume, size, running }: Growth): void {
  const storage = cluster.requireStorage(volume.storage);
  const before = volume.size;
  if (findKind(storage.type).layout === 'file' && !running) {
    const refusal = explainReadOnly(storage, volume);
    const path = describePath(storage, volume.name);
    if (refusal !== undefined) {
      worker.log(`qemu-img: Could not open '${path}': Could not open '${path}': ${refusal}`);
      const command = `/usr/bin/qemu-img resize -f ${volume.format} ${path} ${size}`;
      throw refuse(`command '${command}' failed: exit code 1`);
    }
    worker.log('Image resized.');
  }
  volume.size = roundSize(storage.type, size);
  if (storage.type === 'lvm' || storage.type === 'lvmthin')
    logExtents({ worker }, { storage, volume, before });
}

/** Base volumes are immutable where the file system can do that, which network ones cannot. */
function explainReadOnly(storage: Storage, volume: Volume): string | undefined {
  if (parseVolumeName(storage.type, volume.name)?.isBase !== true) return undefined;
  if (storage.type === 'btrfs') return 'Read-only file system';
  return storage.type === 'dir' ? 'Operation not permitted' : undefined;
}

function logExtents(
  { worker }: Pick<StorageCall, 'worker'>,
  { storage, volume, before }: { storage: Storage; volume: Volume; before: number },
): void {
  const name = `${storage.options['vgname'] ?? storage.id}/${volume.name}`;
  const [from, to] = [before, volume.size].map((bytes) => {
    const gibibytes = (bytes / 1024 ** 3).toFixed(2);
    return `${gibibytes} GiB (${bytes / (4 * 1024 ** 2)} extents)`;
  });
  worker.log(`  Size of logical volume ${name} changed from ${from} to ${to}.`);
  worker.log(`  Logical volume ${name} successfully resized.`);
}

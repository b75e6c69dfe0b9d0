import type { Volume } from '../engine/volumes.ts';
import { requireActive } from './access.ts';
import { findKind } from './kinds.ts';
import { type StorageCall, withStorageLock } from './storage-lock.ts';
import { makeBaseName } from './volume-names.ts';

/** Turns a volume into a base volume: it is renamed and read-only from then on. */
export async function convertToBase(call: StorageCall, volume: Volume): Promise<Volume> {
  const storage = requireActive(call.cluster, volume.storage, call.node);
  return withStorageLock(call, storage, async () => {
    await call.worker.sleep(20);
    const base: Volume = { ...volume, name: makeBaseName(storage.type, volume.name), parent: undefined };
    call.cluster.volumes.remove(volume);
    call.cluster.volumes.add(base);
    if (storage.type === 'lvmthin') {
      const group = storage.options['vgname'] ?? storage.id;
      call.worker.log(`  Renamed "${volume.name}" to "${base.name}" in volume group "${group}"`);
      call.worker.log(`  Logical volume ${group}/${base.name} changed.`);
    }
    return base;
  });
}

/** Whether linked clones stand on the volume, as far as the storage can tell. */
export function isBaseInUse(call: Pick<StorageCall, 'cluster'>, volume: Volume): boolean {
  const storage = call.cluster.storages.get(volume.storage);
  if (!storage || !findKind(storage.type).tellsClones) return false;
  return call.cluster.volumes.childrenOf(volume).length > 0;
}

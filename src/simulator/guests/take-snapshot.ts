import { isCdrom, listDrives } from '../engine/drives.ts';
import type { Cluster } from '../engine/cluster.ts';
import { type Guest, isTemplate } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { guestSupports } from './features.ts';
import { requireUnlocked, withGuestLock } from './guest-lock.ts';

/** Milliseconds a snapshot takes. */
const snapshotTime = 100;

/** A snapshot's name and what was said about it. */
export interface SnapshotRequest {
  readonly name: string;
  readonly description: string | undefined;
}

/** The work of a `qmsnapshot` or `vzsnapshot` task. */
export async function takeSnapshot(call: StorageCall, guest: Guest, request: SnapshotRequest): Promise<void> {
  const { cluster, worker } = call;
  await withGuestLock(call, { type: guest.type, vmid: guest.vmid }, async () => {
    requireUnlocked(guest);
    if (isTemplate(guest)) throw refuse(`you can't take a snapshot if it's a template`);
    if (guest.snapshots.has(request.name)) throw refuse(`snapshot name '${request.name}' already used`);
    if (!guestSupports(cluster, guest, { feature: 'snapshot' }))
      throw refuse('snapshot feature is not available');
    for (const drive of listDrives(guest.config).filter((one) => !isCdrom(one) && guest.type === 'qemu')) {
      worker.log(`snapshotting 'drive-${drive.key}' (${drive.volume})`);
    }
    bookSnapshot(cluster, guest, request);
    await worker.sleep(snapshotTime);
  });
}

/** Writes a snapshot of the present configuration into the guest's file; it becomes the parent of what follows. */
export function bookSnapshot(cluster: Cluster, guest: Guest, { name, description }: SnapshotRequest): void {
  const left = /^(?:unused\d+|lock|description)$/;
  const config = Object.fromEntries([...guest.config].filter(([key]) => !left.test(key)));
  if (description !== undefined) config['description'] = description;
  cluster.guests.change(guest, () => {
    guest.snapshots.set(name, { name, time: cluster.nowSeconds(), config });
    guest.config.set('parent', name);
  });
}

import { requireGuest, requireUnlocked, withGuestLock } from '../guests/guest-lock.ts';
import { isRootUser } from '../guests/rights.ts';
import { type ConfigChange, readChange } from '../guests/config-change.ts';
import { applyChange, checkChangeRights } from '../guests/update-config.ts';
import type { Guest } from '../engine/guests.ts';
import { refuseParameters } from '../errors.ts';
import { parseDrive, isDriveKey, parseVolumeId } from '../engine/drives.ts';
import { requireUsable } from '../storage/access.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type ApiCall, forkWorker, workInRequest } from './call.ts';

/** `PUT …/config`: at once, within the request. */
export async function updateNow(call: ApiCall): Promise<null> {
  const { guest, change } = prepare(call);
  await runLocked(workInRequest(call), guest, change);
  return null;
}

/** `POST …/config`: by a worker; before 9.2 the lock is taken in the request already. */
export async function updateAsync(call: ApiCall): Promise<string> {
  const { guest, change } = prepare(call);
  const description = [...change.set].map(([key, value]) => `-${key} ${value}`);
  const removal = change.remove.length > 0 ? [`-delete ${change.remove.join(',')}`] : [];
  const work = async (inner: StorageCall): Promise<void> => {
    inner.worker.log(`update VM ${guest.vmid}: ${[...description, ...removal].join(' ')}`);
    await applyChange(inner, guest, change);
  };
  const place = { type: 'qmconfig', id: guest.vmid };
  const lock = { type: 'qemu', vmid: guest.vmid } as const;
  if (call.cluster.behaviour.configLockInTask) {
    return forkWorker(call, place, (inner) => withGuestLock(inner, lock, () => work(inner)));
  }
  // The worker inherits the lock from the request.
  const forked = Promise.withResolvers<string>();
  const locked = withGuestLock(workInRequest(call), lock, async () => {
    const done = Promise.withResolvers<void>();
    const upid = await forkWorker(call, place, (inner) => work(inner).finally(() => done.resolve()));
    forked.resolve(upid);
    await done.promise;
  });
  locked.catch((error: unknown) => forked.reject(error));
  return forked.promise;
}

function runLocked(work: StorageCall, guest: Guest, change: ConfigChange): Promise<void> {
  return withGuestLock(work, { type: 'qemu', vmid: guest.vmid }, () => applyChange(work, guest, change));
}

function prepare(call: ApiCall): { readonly guest: Guest; readonly change: ConfigChange } {
  const { cluster, identity, node, parameters } = call;
  const change = readChange(identity, parameters.entries());
  if (change.skipLock && !isRootUser(identity))
    throw refuseParameters({ skiplock: 'Only root may use this option.' });
  const guest = requireGuest(cluster, 'qemu', { node, vmid: parameters.requireInteger('vmid') });
  checkChangeRights(cluster, guest, change);
  for (const [key, value] of change.set) {
    const id = isDriveKey(key) ? parseVolumeId(parseDrive(key, value).volume) : undefined;
    if (id) requireUsable(cluster, id.storage, node);
  }
  if (cluster.behaviour.checksLockFirst && !change.skipLock) requireUnlocked(guest);
  return { guest, change };
}

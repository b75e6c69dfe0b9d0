import { requireGuest, withGuestLock } from '../guests/guest-lock.ts';
import { isRootUser } from '../guests/rights.ts';
import { type ConfigChange, readChange } from '../guests/config-change.ts';
import { applyChange, checkChangeRights, checkUnchanged } from '../guests/update-config.ts';
import type { Guest } from '../engine/guests.ts';
import { refuseParameters } from '../errors.ts';
import { parseDrive, isDriveKey, parseVolumeId } from '../engine/drives.ts';
import { requireUsable } from '../storage/access.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type ApiCall, forkWorker, workInRequest } from './call.ts';

/** `PUT …/config`: at once, within the request. */
export async function updateNow(call: ApiCall): Promise<null> {
  const { guest, change } = prepare(call);
  const work = workInRequest(call);
  await withLock(work, guest, async () => {
    checkUnchanged(guest, change);
    await applyChange(work, guest, change);
  });
  return null;
}

/** `POST …/config`: by a worker; before 9.2 the lock is taken in the request already. */
export async function updateAsync(call: ApiCall): Promise<string> {
  const { guest, change } = prepare(call);
  const place = { type: 'qmconfig', id: guest.vmid };
  const apply = async (inner: StorageCall): Promise<void> => {
    for (const line of describeChange(guest, change)) inner.worker.log(line);
    await applyChange(inner, guest, change);
  };
  if (call.cluster.behaviour.configLockInTask) {
    return forkWorker(call, place, (inner) =>
      withLock(inner, guest, async () => {
        checkUnchanged(guest, change);
        await apply(inner);
      }),
    );
  }
  // The worker inherits the lock from the request.
  const forked = Promise.withResolvers<string>();
  const locked = withLock(workInRequest(call), guest, async () => {
    checkUnchanged(guest, change);
    const done = Promise.withResolvers<void>();
    const upid = await forkWorker(call, place, (inner) => apply(inner).finally(() => done.resolve()));
    forked.resolve(upid);
    await done.promise;
  });
  locked.catch((error: unknown) => forked.reject(error));
  return forked.promise;
}

function withLock(work: StorageCall, { vmid }: Guest, run: () => Promise<void>): Promise<void> {
  return withGuestLock(work, { type: 'qemu', vmid }, run);
}

/** What the task's log says of a change: its options by name, passwords hidden, and what is not there to delete. */
function describeChange({ vmid, config }: Guest, { set, remove }: ConfigChange): string[] {
  const options = new Map(remove.length > 0 ? [...set, ['delete', remove.join(',')] as const] : set);
  if (options.has('cipassword')) options.set('cipassword', '<hidden>');
  const words = [...options].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const missing = remove.filter((key) => !config.has(key));
  return [
    `update VM ${vmid}: ${words.map(([key, value]) => `-${key} ${value}`).join(' ')}`,
    ...missing.map((key) => `cannot delete '${key}' - not set in current configuration!`),
  ];
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
  if (cluster.behaviour.checksLockFirst) checkUnchanged(guest, change);
  return { guest, change };
}

import { requireGuest, withGuestLock } from '../guests/guest-lock.ts';
import { isRootUser } from '../guests/rights.ts';
import { type ConfigChange, readChange } from '../guests/config-change.ts';
import { applyChange, checkChangeRights, checkUnchanged } from '../guests/update-config.ts';
import type { Guest } from '../engine/guests.ts';
import { isSuccess } from '../engine/tasks.ts';
import { refuse, refuseParameters } from '../errors.ts';
import { parseDrive, isDriveKey, parseVolumeId } from '../engine/drives.ts';
import { requireUsable } from '../storage/access.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { checkSshKeys } from '../guests/ssh-keys.ts';
import { type ApiCall, forkWorker, workInRequest } from './call.ts';
import { findRule } from './check-parameters.ts';
import type { Endpoint } from './schema.ts';

type Options = Endpoint['parameters'];

/** Options that are no parameters of the call, but may be deleted. */
const rootOnly: ReadonlySet<string> = new Set([
  'lock',
  'parent',
  'snaptime',
  'vmstate',
  'runningmachine',
  'runningcpu',
]);

/** `PUT …/config`: at once, within the request. */
export async function updateNow(call: ApiCall, options: Options): Promise<null> {
  const { guest, change } = prepare(call, options);
  const work = workInRequest(call);
  await withLock(work, guest, async () => {
    checkUnchanged(guest, change);
    await applyChange(work, guest, change);
  });
  return null;
}

/** `POST …/config`: by a worker, for which the request may wait a while (`background_delay`, seconds). */
export async function updateAsync(call: ApiCall, options: Options): Promise<string | null> {
  const { guest, change } = prepare(call, options);
  const upid = await forkUpdate(call, guest, change);
  const task = call.cluster.tasks.find(upid);
  const delay = call.parameters.integer('background_delay') ?? 0;
  if (!task || delay === 0) return upid;
  const end = new AbortController();
  await Promise.race([task.ended, call.cluster.clock.sleep(delay * 1000, end.signal)]);
  end.abort();
  if (task.endedAt === undefined) return upid;
  if (!isSuccess(task.exitStatus)) throw refuse(`failed to update VM ${guest.vmid}: ${task.exitStatus}`);
  return null;
}

/** Forks the worker; before 9.2 the lock is taken in the request already. */
async function forkUpdate(call: ApiCall, guest: Guest, change: ConfigChange): Promise<string> {
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

function prepare(call: ApiCall, options: Options): { readonly guest: Guest; readonly change: ConfigChange } {
  const { cluster, identity, node, parameters } = call;
  const change = readChange(identity, parameters.entries());
  if (change.skipLock && !isRootUser(identity))
    throw refuseParameters({ skiplock: 'Only root may use this option.' });
  checkSshKeys(change.set.get('sshkeys'));
  checkRemoval(change, options);
  const guest = requireGuest(cluster, 'qemu', { node, vmid: parameters.requireInteger('vmid') });
  checkChangeRights(cluster, guest, change);
  for (const [key, value] of change.set) {
    const id = isDriveKey(key) ? parseVolumeId(parseDrive(key, value).volume) : undefined;
    if (id) requireUsable(cluster, id.storage, node);
  }
  if (cluster.behaviour.configLockInTask) checkUnchanged(guest, change);
  return { guest, change };
}

/** An option that is deleted must be one, and not be set at the same time. */
function checkRemoval({ set, remove }: ConfigChange, options: Options): void {
  for (const key of remove) {
    if (set.has(key)) {
      throw refuseParameters({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    }
    if (!findRule(options, key) && !rootOnly.has(key))
      throw refuseParameters({ delete: `unknown option '${key}'` });
  }
}

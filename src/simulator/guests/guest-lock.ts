import type { LockMode } from '../engine/locks.ts';
import { describeConfigPath, type Guest, type GuestType } from '../engine/guests.ts';
import type { Cluster } from '../engine/cluster.ts';
import { refuse } from '../errors.ts';
import type { StorageCall } from '../storage/storage-lock.ts';

/** Which file lock is wanted and how long it is waited for (ms). */
export interface GuestLock {
  readonly type: GuestType;
  readonly vmid: number;
  readonly mode?: LockMode;
  readonly timeout?: number;
}

/** Milliseconds most operations wait for a guest's lock; clones wait one second. */
export const usualLockWait = 10_000;
export const cloneLockWait = 1_000;

/** Runs `work` under the file lock of a guest on the call's node. */
export async function withGuestLock<T>(
  call: StorageCall,
  lock: GuestLock,
  work: () => Promise<T>,
): Promise<T> {
  const path =
    lock.type === 'qemu'
      ? `/var/lock/qemu-server/lock-${lock.vmid}.conf`
      : `/run/lock/lxc/pve-config-${lock.vmid}.lock`;
  return withFileLock(
    call,
    { path, mode: lock.mode ?? 'exclusive', timeout: lock.timeout ?? usualLockWait },
    work,
  );
}

/** Runs `work` under any file lock of the call's node. */
export async function withFileLock<T>(
  { cluster, worker, node }: StorageCall,
  lock: { readonly path: string; readonly mode: LockMode; readonly timeout: number },
  work: () => Promise<T>,
): Promise<T> {
  const release = await cluster.locks.acquire(`${node}:${lock.path}`, {
    mode: lock.mode,
    timeout: lock.timeout,
    signal: worker.signal,
    onWait: () => worker.log('trying to acquire lock...'),
    onGranted: () => worker.log(' OK'),
  });
  if (!release) throw refuse(`can't lock file '${lock.path}' - got timeout`);
  try {
    return await work();
  } finally {
    release();
  }
}

/** Refuses when the guest's configuration carries a lock. */
export function requireUnlocked(guest: Guest): void {
  const lock = guest.config.get('lock');
  if (lock !== undefined) throw refuse(`${guest.type === 'qemu' ? 'VM' : 'CT'} is locked (${lock})`);
}

/** The guest whose file is in the node's directory, or the usual refusal. */
export function requireGuest(
  cluster: Cluster,
  type: GuestType,
  place: { node: string; vmid: number },
): Guest {
  const guest = cluster.guests.find(place.vmid, type, place.node);
  if (guest) return guest;
  throw refuse(`Configuration file '${describeConfigPath(type, place.node, place.vmid)}' does not exist`);
}

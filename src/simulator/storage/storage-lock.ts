import type { Cluster, Storage } from '../engine/cluster.ts';
import type { Release } from '../engine/locks.ts';
import type { Worker } from '../engine/worker.ts';
import { refuse } from '../errors.ts';

/** Milliseconds that a locker of a local storage waits. */
const fileLockWait = 10_000;
/** A cluster lock is tried every 1.1 s, ten times. */
const clusterLockPause = 1_100;
const clusterLockTries = 10;

/** Who needs the lock, and where. */
export interface StorageCall {
  readonly cluster: Cluster;
  readonly worker: Worker;
  readonly node: string;
}

/** Runs `work` under the storage's lock: a file lock of the node, or one of the whole cluster when it is shared. */
export async function withStorageLock<T>(
  call: StorageCall,
  storage: Storage,
  work: () => Promise<T>,
): Promise<T> {
  const release = storage.shared ? await takeClusterLock(call, storage) : await takeFileLock(call, storage);
  try {
    return await work();
  } finally {
    release();
  }
}

async function takeFileLock({ cluster, worker, node }: StorageCall, storage: Storage): Promise<Release> {
  const path = `/var/lock/pve-manager/pve-storage-${storage.id}`;
  const failure = refuse(`can't lock file '${path}' - got timeout`);
  if (isLockedByFault(cluster, storage, node)) {
    worker.log('trying to acquire lock...');
    await worker.sleep(fileLockWait);
    throw failure;
  }
  const release = await cluster.locks.acquire(`${node}:${path}`, {
    timeout: fileLockWait,
    signal: worker.signal,
    onWait: () => worker.log('trying to acquire lock...'),
    onGranted: () => worker.log(' OK'),
  });
  if (!release) throw failure;
  return release;
}

async function takeClusterLock({ cluster, worker, node }: StorageCall, storage: Storage): Promise<Release> {
  const name = `storage-${storage.id}`;
  if (!cluster.isQuorate(node)) throw refuse(`cfs-lock '${name}' error: no quorum!`);
  for (let attempt = 1; attempt <= clusterLockTries; attempt += 1) {
    const release = isLockedByFault(cluster, storage, node)
      ? undefined
      : cluster.locks.tryAcquire(`cfs:${name}`);
    if (release) return release;
    if (attempt === clusterLockTries) break;
    worker.log(`trying to acquire cfs lock '${name}' ...`);
    await worker.sleep(clusterLockPause);
  }
  throw refuse(`cfs-lock '${name}' error: got lock request timeout`);
}

function isLockedByFault(cluster: Cluster, storage: Storage, node: string): boolean {
  const fault = cluster.faults.find(
    'storage-locked',
    ({ storage: id, node: where }) => id === storage.id && (where === undefined || where === node),
  );
  return fault !== undefined;
}

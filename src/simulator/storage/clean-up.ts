import { describeError } from '../../errors/hub-error.ts';
import type { Volume } from '../engine/volumes.ts';
import { freeVolume } from './allocate.ts';
import type { StorageCall } from './storage-lock.ts';

/** Frees what a failed worker had made. It goes on although the worker was told to stop, and only logs what fails. */
export async function cleanUp(call: StorageCall, volumes: readonly Volume[]): Promise<void> {
  const { cluster, worker } = call;
  const cleaner = {
    ...call,
    worker: { ...worker, signal: undefined, sleep: (ms: number) => cluster.clock.sleep(ms) },
  };
  for (const volume of volumes) {
    try {
      await freeVolume(cleaner, volume);
    } catch (error) {
      worker.log(describeError(error));
    }
  }
}

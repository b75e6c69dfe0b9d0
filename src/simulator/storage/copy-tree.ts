import type { Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { measureSpace, requireActive } from './access.ts';
import { describeChannels, findCopyFault, measureData } from './copy-image.ts';
import type { StorageCall } from './storage-lock.ts';

/** A copy of a container's files. */
export interface TreeCopy {
  readonly source: Volume;
  readonly target: Volume;
  /** Bytes per second. */
  readonly limit: number | undefined;
}

const steps = 50;

/** Copies files with rsync: the written data at the disks' bandwidth, which parallel copies share. */
export async function copyTree(call: StorageCall, { source, target, limit }: TreeCopy): Promise<void> {
  const { cluster, worker, node } = call;
  const from = requireActive(cluster, source.storage, node);
  const to = requireActive(cluster, target.storage, node);
  const data = measureData(cluster, source);
  const failing = findCopyFault(call);
  if (failing || measureSpace(cluster, to, node).available < data) {
    throw refuse(`rsync failed: ${failing?.message ?? 'No space left on device'}`);
  }
  const channels = describeChannels(node, from, to);
  const done = cluster.transfers.begin(channels);
  try {
    for (let step = 0; step < (data > 0 ? steps : 0); step += 1) {
      const rate = Math.min(cluster.transfers.rate(channels), limit ?? Number.POSITIVE_INFINITY);
      await worker.sleep((data / steps / rate) * 1000);
    }
  } finally {
    done();
  }
  target.data = data;
  worker.log(`Number of files: 20,000 (reg: 15,000, dir: 2,000, link: 3,000)`);
  worker.log(`Total transferred file size: ${data} bytes`);
}

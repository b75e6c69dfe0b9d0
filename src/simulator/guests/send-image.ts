import type { Volume } from '../engine/volumes.ts';
import type { Cluster } from '../engine/cluster.ts';
import { measureData } from '../storage/copy-image.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import type { MigrationLog } from './migration-log.ts';
import type { LocalVolume } from './migration-plan.ts';

/** Milliseconds between two lines that tell how far a transfer is: the longer it takes, the fewer. */
function findTellTime(elapsed: number): number {
  if (elapsed < 60_000) return 3_000;
  return elapsed < 600_000 ? 10_000 : 30_000;
}

/** An image on its way to another node. */
export interface Sending {
  readonly local: LocalVolume;
  readonly target: string;
  readonly log: MigrationLog;
}

/** Sends an image over the network, which it shares with other transfers, and tells how far it is. */
export async function sendImage(
  { cluster, worker, node }: StorageCall,
  { local, target, log }: Sending,
): Promise<void> {
  const { from, to } = local;
  const bytes = measureStream(cluster, local);
  const network = Math.min(cluster.requireNode(node).bandwidth, cluster.requireNode(target).bandwidth);
  const channels = [
    { name: `network:${node}`, bandwidth: network },
    { name: `network:${target}`, bandwidth: network },
    { name: `storage:${node}:${from.id}`, bandwidth: from.bandwidth },
    { name: `storage:${target}:${to.id}`, bandwidth: to.bandwidth },
  ];
  const done = cluster.transfers.begin(channels);
  const started = cluster.clock.now();
  try {
    for (let sent = 0, told = started; sent < bytes;) {
      const rate = cluster.transfers.rate(channels);
      const step = Math.min(bytes - sent, rate * 0.5);
      await worker.sleep((step / rate) * 1000);
      sent += step;
      const now = cluster.clock.now();
      if (sent >= bytes || now - told < findTellTime(now - started)) continue;
      told = now;
      log.write(describeSent(sent, told - started));
    }
  } finally {
    done();
  }
  log.writeTotals(bytes, cluster.clock.now() - started, describeSent);
}

/** Bytes that pass: the whole image file, zeroes too; only zfs sends no more than what is written. */
function measureStream(cluster: Cluster, { volume, from }: LocalVolume): number {
  if (from.type === 'zfspool') return measureData(cluster, volume);
  return volume.format === 'qcow2' ? measureQcow2(volume) : volume.size;
}

const clusterSize = 64 * 1024;
/** An entry of a table takes eight bytes, one of a block of reference counts two. */
const entriesOfTable = clusterSize / 8;
const countsOfBlock = clusterSize / 2;

/** Size of a qcow2 file whose tables are complete from the start (`preallocation=metadata`). */
function measureQcow2({ size }: Volume): number {
  const data = Math.ceil(size / clusterSize);
  const tables = Math.ceil(data / entriesOfTable);
  const topTable = Math.ceil(tables / entriesOfTable);
  const counts = Math.ceil((data + tables + topTable) / countsOfBlock);
  // One more each for the header and the table of the blocks of reference counts.
  return (data + tables + topTable + counts + 2) * clusterSize;
}

function describeSent(bytes: number, ms: number): string {
  const seconds = Math.max(ms, 1) / 1000;
  const [mega, mebi] = [bytes / 1e6, bytes / 1024 ** 2].map(Math.round);
  return `${Math.round(bytes)} bytes (${mega} MB, ${mebi} MiB) copied, ${Number(seconds.toFixed(5))} s, ${Math.round(bytes / 1e6 / seconds)} MB/s`;
}

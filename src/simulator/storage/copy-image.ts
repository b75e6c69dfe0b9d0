import type { Cluster, Storage } from '../engine/cluster.ts';
import type { Channel } from '../engine/transfers.ts';
import type { Volume } from '../engine/volumes.ts';
import type { Worker } from '../engine/worker.ts';
import { refuse, WorkerStopped } from '../errors.ts';
import { describePath, measureSpace, requireActive } from './access.ts';
import type { StorageCall } from './storage-lock.ts';

/** A copy of one image into a volume that exists. */
export interface ImageCopy {
  readonly source: Volume;
  readonly target: Volume;
  /** Bytes per second; undefined = as fast as the disks are. */
  readonly limit: number | undefined;
  readonly snapshot?: string | undefined;
}

/** qemu-img moves 2 MiB at a time, and a limited copy gets its first eight pieces at once. */
const piece = 2 * 1024 ** 2;
const headStart = 8;

/**
 * Copies an image as `qemu-img convert` does, with its progress in the log. Time: written data at the bandwidth of
 * source and target, which parallel copies share evenly; a limit lowers that, and a limited copy also pays for zeroes:
 * half of the virtual size at least passes the limiter (as measured on a real 8.4).
 */
export async function copyImage(call: StorageCall, copy: ImageCopy): Promise<void> {
  const { cluster, worker, node } = call;
  const [from, to] = [copy.source, copy.target].map((volume) => requireActive(cluster, volume.storage, node));
  if (!from || !to) return;
  const command = describeCommand({ copy, from, to });
  const data = measureData(cluster, copy.source);
  const failing = findCopyFault(call);
  if (failing) throw failCopy(worker, command, { at: 0, reason: failing.message });
  const free = measureSpace(cluster, to, node).available;
  const channels = describeChannels(node, from, to);
  const done = cluster.transfers.begin(channels);
  try {
    await movePieces(call, { copy, data, free, channels });
  } catch (error) {
    if (error instanceof WorkerStopped)
      throw refuse(`copy failed: command '${command}' failed: interrupted by signal`);
    if (error instanceof DiskFull)
      throw failCopy(worker, command, { at: error.at, reason: 'No space left on device' });
    throw error;
  } finally {
    done();
  }
  copy.target.data = data;
}

/** Copies the variables of the firmware, which takes no time worth telling and leaves nothing in the log. */
export function copyFirmware(call: StorageCall, { source, target }: ImageCopy): void {
  const { cluster, worker, node } = call;
  const [from, to] = [source, target].map((volume) => requireActive(cluster, volume.storage, node));
  if (!from || !to) return;
  const failing = findCopyFault(call);
  if (failing) {
    const paths = `if=${describePath(from, source.name)} of=${describePath(to, target.name)}`;
    const formats = `-f ${source.format} -O ${target.format}`;
    const command = `qemu-img dd -n ${formats} bs=1048576 osize=${target.size} ${paths}`;
    worker.log(`qemu-img: error while writing output image: ${failing.message}`);
    throw refuse(`command '${command}' failed: exit code 1`);
  }
  target.data = measureData(cluster, source);
}

/** What makes every copy on the call's node fail, if anything does. */
export function findCopyFault({ cluster, node }: StorageCall) {
  return cluster.faults.find('copy-fails', (fault) => fault.node === undefined || fault.node === node);
}

/** Bytes a reader of the volume gets: its own and those of the bases below it. */
export function measureData(cluster: Cluster, volume: Volume): number {
  const parent =
    volume.parent === undefined
      ? undefined
      : cluster.volumes.find(volume.storage, volume.parent, volume.node);
  return Math.min(volume.size, volume.data + (parent ? measureData(cluster, parent) : 0));
}

class DiskFull extends Error {
  readonly at: number;

  constructor(at: number) {
    super('No space left on device');
    this.at = at;
  }
}

interface Moving {
  readonly copy: ImageCopy;
  readonly data: number;
  readonly free: number;
  readonly channels: readonly Channel[];
}

async function movePieces(
  { cluster, worker }: StorageCall,
  { copy, data, free, channels }: Moving,
): Promise<void> {
  const started = cluster.clock.now();
  const { size } = copy.target;
  let shown = 0;
  worker.log(describeProgress(size, 0));
  const step = Math.max(piece, data / 100);
  for (let moved = 0; moved < data; moved += step) {
    const bytes = Math.min(step, data - moved);
    if (moved + bytes > free) throw new DiskFull(moved);
    const isFree = copy.limit !== undefined && moved < headStart * piece;
    const rate = Math.min(cluster.transfers.rate(channels), copy.limit ?? Number.POSITIVE_INFINITY);
    if (!isFree) await worker.sleep((bytes / rate) * 1000);
    const percent = ((moved + bytes) / data) * 100;
    if (percent >= 100 || percent - shown < 1) continue;
    shown = percent;
    worker.log(describeProgress(size, percent));
  }
  worker.log(describeProgress(size, 100));
  if (copy.limit === undefined) return;
  const due = started + (Math.max(data, size / 2) / copy.limit) * 1000;
  await worker.sleep(Math.max(0, due - cluster.clock.now()));
}

/** The disks a copy between two storages uses on a node. */
export function describeChannels(node: string, from: Storage, to: Storage): Channel[] {
  const describe = (storage: Storage): Channel => ({
    name: `storage:${storage.shared ? '' : node}:${storage.id}`,
    bandwidth: storage.bandwidth,
  });
  return from.id === to.id ? [describe(from)] : [describe(from), describe(to)];
}

/** `transferred 1.2 GiB of 10.0 GiB (12.00%)`. */
export function describeProgress(size: number, percent: number): string {
  const moved = Math.trunc((size * percent) / 100);
  return `transferred ${renderBytes(moved)} of ${renderBytes(size)} (${percent.toFixed(2)}%)`;
}

/** The progress of an image of so many bytes that was copied at once. */
export function logCopied(worker: Worker, size: number): void {
  for (const percent of [0, 100, 100]) worker.log(describeProgress(size, percent));
}

/** `20.5 MiB`. */
export function renderBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

function describeCommand({ copy, from, to }: { copy: ImageCopy; from: Storage; to: Storage }): string {
  const limit = copy.limit === undefined ? '' : ` -r ${Math.round(copy.limit / 1024)}K`;
  const snapshot = copy.snapshot === undefined ? '' : ` -l snapshot.name=${copy.snapshot}`;
  const zeroed = to.type === 'lvm' ? '' : 'zeroinit:';
  const paths = `${describePath(from, copy.source.name)} ${zeroed}${describePath(to, copy.target.name)}`;
  return `/usr/bin/qemu-img convert -p -n${limit}${snapshot} -f ${copy.source.format} -O ${copy.target.format} ${paths}`;
}

function failCopy(worker: Worker, command: string, { at, reason }: { at: number; reason: string }): Error {
  worker.log(`qemu-img: error while writing at byte ${Math.floor(at)}: ${reason}`);
  return refuse(`copy failed: command '${command}' failed: exit code 1`);
}

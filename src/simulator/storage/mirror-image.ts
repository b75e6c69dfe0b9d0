import type { Channel } from '../engine/transfers.ts';
import { describeError } from '../../errors/hub-error.ts';
import { refuse, WorkerKilled } from '../errors.ts';
import { measureSpace, requireActive } from './access.ts';
import {
  describeChannels,
  describeProgress,
  findCopyFault,
  type ImageCopy,
  measureData,
} from './copy-image.ts';
import type { StorageCall } from './storage-lock.ts';

/** Milliseconds between two looks at a block job. */
const pollTime = 1000;

/** A copy of a running VM's drive into a volume that exists. */
export interface Mirror extends ImageCopy {
  /** `scsi0`. */
  readonly drive: string;
}

/**
 * The block jobs by which QEMU itself copies the drives of a running VM. Each job, once its copy is there, follows what
 * the VM writes until all are there; then they end at one moment, while the VM stands still.
 */
export class MirrorJobs {
  readonly #call: StorageCall;
  readonly #jobs: string[] = [];

  constructor(call: StorageCall) {
    this.#call = call;
  }

  /** Copies one drive, with a line of progress a second; its job stays open. Raises when the job breaks. */
  async copy(mirror: Mirror): Promise<void> {
    const unit = this.#call.cluster.behaviour.limitUnit;
    const limit = mirror.limit === undefined ? '' : ` with bandwidth limit: ${mirror.limit / 1024} ${unit}/s`;
    const job = `drive-${mirror.drive}`;
    this.#log(`drive mirror is starting for ${job}${limit}`);
    this.#jobs.push(job);
    try {
      await this.#follow(job, mirror);
    } catch (error) {
      if (error instanceof WorkerKilled) throw error;
      this.#cancel();
      throw refuse(`block job (mirror) error: ${describeError(error)}`);
    }
    mirror.target.data = measureData(this.#call.cluster, mirror.source);
    this.#log(`all 'mirror' jobs are ready`);
  }

  /** Ends all jobs, so that the copies show one moment. `again` when no drive was copied just before. */
  finish({ again }: { readonly again: boolean }): void {
    if (this.#jobs.length === 0) return;
    if (again) this.#log(`all 'mirror' jobs are ready`);
    this.#log('suspend vm');
    this.#cancel();
    this.#log('resume vm');
  }

  #cancel(): void {
    const jobs = this.#jobs.splice(0);
    for (const job of jobs) this.#log(`${job}: Cancelling block job`);
    for (const job of jobs) this.#log(`${job}: Done.`);
  }

  async #follow(job: string, mirror: Mirror): Promise<void> {
    const { cluster, worker, node } = this.#call;
    const [from, to] = [mirror.source, mirror.target].map((one) => requireActive(cluster, one.storage, node));
    if (!from || !to) return;
    const channels = describeChannels(node, from, to);
    const { available } = measureSpace(cluster, to, node);
    const data = measureData(cluster, mirror.source);
    const done = cluster.transfers.begin(channels);
    const started = cluster.clock.now();
    try {
      for (let share = 0; ; share = Math.min(1, share + this.#shareOfSecond(mirror, channels))) {
        if (findCopyFault(this.#call) || share * data > available)
          throw refuse(`${job}: 'mirror' has been cancelled`);
        const seconds = Math.round((cluster.clock.now() - started) / 1000);
        const status = `${describeProgress(mirror.source.size, share * 100)} in ${renderDuration(seconds)}`;
        this.#log(`${job}: ${status}${share === 1 ? ', ready' : ''}`);
        if (share === 1) return;
        await worker.sleep(pollTime);
      }
    } finally {
      done();
    }
  }

  /** Which part of a drive passes in a second: what is written sets the pace, but a limit counts the zeroes too. */
  #shareOfSecond({ source, limit }: Mirror, channels: readonly Channel[]): number {
    const data = measureData(this.#call.cluster, source);
    const free = data === 0 ? 1 : this.#call.cluster.transfers.rate(channels) / data;
    return limit === undefined ? free : Math.min(free, limit / source.size);
  }

  #log(line: string): void {
    this.#call.worker.log(line);
  }
}

/** `1m 5s`. Seconds. */
export function renderDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return shown.length > 0 ? shown.join(' ') : '0s';
}

import type { Worker } from '../engine/worker.ts';
import type { StorageCall } from '../storage/storage-lock.ts';

/** The log of a migration: every line begins with date and time (UTC). */
export class MigrationLog {
  readonly #call: StorageCall;
  readonly #started: number;

  constructor(call: StorageCall) {
    this.#call = call;
    this.#started = call.cluster.clock.now();
  }

  write(line: string): void {
    const time = new Date(this.#call.cluster.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
    this.#call.worker.log(`${time} ${line}`);
  }

  /** The lines `dd` ends with, on both sides. */
  writeTotals(bytes: number, ms: number, describe: (bytes: number, ms: number) => string): void {
    const records = Math.ceil(bytes / 4096);
    for (const full of [`${records}+0`, `${Math.floor(records / 32)}+${records % 32}`]) {
      this.write(`${full} records in`);
      this.write(`${full} records out`);
      this.write(describe(bytes, ms));
    }
  }

  /** `00:01:09` since the start. */
  duration(): string {
    const seconds = Math.round((this.#call.cluster.clock.now() - this.#started) / 1000);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return parts.map((part) => String(part).padStart(2, '0')).join(':');
  }

  /** A worker whose lines get the date too. */
  prefix(worker: Worker): Worker {
    return { ...worker, log: (line) => this.write(line) };
  }
}

import type { Clock } from './clock.ts';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * A clock that moves only when it is told to. Sleepers wake in the order of their times (then of their calls), and
 * what they do before the next await is done before the next one wakes.
 */
export class DrivenClock implements Clock {
  #now: number;
  #order = 0;
  #sleepers: Sleeper[] = [];

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** When the next sleeper wakes, or undefined when nobody sleeps. Epoch milliseconds. */
  get nextWake(): number | undefined {
    return this.#sleepers[0]?.at;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), order: this.#order++, wake: () => done() };
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const done = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.push(sleeper);
      this.#sleepers.sort((a, b) => a.at - b.at || a.order - b.order);
    });
  }

  /** Moves time forward by `ms`, waking everyone whose time has come, one after the other. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#sleepers[0]; next && next.at <= end; next = this.#sleepers[0]) {
      this.#sleepers.shift();
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** Jumps to the next sleeper and wakes it; false when nobody sleeps. */
  async advanceToNext(): Promise<boolean> {
    const next = this.nextWake;
    if (next === undefined) return false;
    await this.advance(Math.max(0, next - this.#now));
    return true;
  }
}

/** Lets promises and I/O callbacks that are ready run before time goes on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

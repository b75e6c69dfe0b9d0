/** Lets a limited number of tasks run at once; the others wait in the order they came. */
export interface Limiter {
  /** Runs `task` when a place is free. Rejects with the signal's reason when it is aborted while waiting. */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** How many are running now. */
  readonly running: number;
}

interface Waiting {
  enter: () => void;
}

class CountingLimiter implements Limiter {
  #running = 0;
  readonly #limit: number;
  readonly #queue: Waiting[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  async run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running >= this.#limit) return this.#wait(signal);
    this.#running += 1;
  }

  #wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        enter: () => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#queue.push(waiting);
    });
  }

  /** The place goes to the one who waited longest; `running` falls only when nobody waits. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next) next.enter();
    else this.#running -= 1;
  }
}

/** A limiter for `limit` tasks at once (at least 1). */
export function createLimiter(limit: number): Limiter {
  return new CountingLimiter(Math.max(1, limit));
}

import type { Clock } from '../../time/clock.ts';

export type LockMode = 'shared' | 'exclusive';

/** A lock that is held; releasing twice is harmless. */
export type Release = () => void;

interface Waiter {
  readonly mode: LockMode;
  grant(): void;
}

interface Entry {
  readonly holders: Set<LockMode[]>;
  readonly waiters: Waiter[];
}

/** How an attempt is made: how long it waits, and what is told when it must wait and when it then gets the lock. */
export interface LockWait {
  readonly mode?: LockMode;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: () => void;
  readonly onGranted?: () => void;
}

/** File locks and cluster locks by name: shared or exclusive, first come first served, with a time limit. */
export class LockTable {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the lock, waiting at most `timeout`; undefined when it was not to be had. */
  async acquire(name: string, wait: LockWait): Promise<Release | undefined> {
    const mode = wait.mode ?? 'exclusive';
    const entry = this.#entry(name);
    if (entry.waiters.length === 0 && isFree(entry, mode)) return this.#hold(name, entry, mode);
    wait.onWait?.();
    const release = await this.#wait(name, mode, wait);
    if (release) wait.onGranted?.();
    return release;
  }

  /** Takes the lock only if it is free now. */
  tryAcquire(name: string): Release | undefined {
    const entry = this.#entry(name);
    return entry.waiters.length === 0 && isFree(entry, 'exclusive')
      ? this.#hold(name, entry, 'exclusive')
      : undefined;
  }

  /** Whether anybody holds the lock. */
  isHeld(name: string): boolean {
    return (this.#entries.get(name)?.holders.size ?? 0) > 0;
  }

  #entry(name: string): Entry {
    const found = this.#entries.get(name) ?? { holders: new Set<LockMode[]>(), waiters: [] };
    this.#entries.set(name, found);
    return found;
  }

  #hold(name: string, entry: Entry, mode: LockMode): Release {
    const holder = [mode];
    entry.holders.add(holder);
    return () => {
      if (entry.holders.delete(holder)) this.#grantNext(name, entry);
    };
  }

  async #wait(name: string, mode: LockMode, wait: LockWait): Promise<Release | undefined> {
    const entry = this.#entry(name);
    const done = new AbortController();
    const granted = Promise.withResolvers<Release>();
    const waiter: Waiter = { mode, grant: () => granted.resolve(this.#hold(name, entry, mode)) };
    entry.waiters.push(waiter);
    const signals = wait.signal ? [done.signal, wait.signal] : [done.signal];
    const timeout = this.#clock.sleep(wait.timeout, AbortSignal.any(signals)).then(
      () => undefined,
      (error: unknown) => {
        if (done.signal.aborted) return undefined;
        throw error;
      },
    );
    let release: Release | undefined;
    try {
      release = await Promise.race([granted.promise, timeout]);
      return release;
    } finally {
      // Granted in the very moment the time ran out: give it back.
      if (!release) void granted.promise.then((late) => late());
      const place = entry.waiters.indexOf(waiter);
      if (place >= 0) entry.waiters.splice(place, 1);
      done.abort();
      this.#grantNext(name, entry);
    }
  }

  #grantNext(name: string, entry: Entry): void {
    for (let next = entry.waiters[0]; next && isFree(entry, next.mode); next = entry.waiters[0]) {
      entry.waiters.shift();
      next.grant();
    }
    if (entry.holders.size === 0 && entry.waiters.length === 0) this.#entries.delete(name);
  }
}

function isFree(entry: Entry, mode: LockMode): boolean {
  if (entry.holders.size === 0) return true;
  return mode === 'shared' && [...entry.holders].every((holder) => holder[0] === 'shared');
}

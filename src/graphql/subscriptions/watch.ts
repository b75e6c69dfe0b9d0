import type { Clock } from '../../time/clock.ts';

/** When to look again. */
export interface WatchOptions {
  readonly clock: Clock;
  /** Longest pause between two looks, milliseconds. */
  readonly interval: number;
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** Registers what to call when something happened; returns the function that ends it. */
  listen(notify: () => void): () => void;
}

/**
 * Tells when to look at something: at once, then whenever it was notified, and at least once an interval. What happens
 * while the consumer is busy is told once: a slow consumer misses states in between, never the last one, and nothing
 * piles up.
 */
export async function* watch({ clock, interval, signal, listen }: WatchOptions): AsyncGenerator<void> {
  let pending = false;
  let wake: () => void = () => undefined;
  const stop = listen(() => {
    pending = true;
    wake();
  });
  try {
    for (;;) {
      if (signal?.aborted) return;
      yield;
      if (!pending) await waitForNotice({ clock, interval, signal }, (notify) => (wake = notify));
      pending = false;
    }
  } finally {
    stop();
  }
}

/** Resolves when notified, after the interval, or when the watch is ended. */
async function waitForNotice(
  { clock, interval, signal }: Pick<WatchOptions, 'clock' | 'interval' | 'signal'>,
  register: (notify: () => void) => void,
): Promise<void> {
  const noticed = new AbortController();
  const ended = signal ? AbortSignal.any([signal, noticed.signal]) : noticed.signal;
  const notice = new Promise<void>((resolve) => register(resolve));
  const slept = clock.sleep(interval, ended).catch((error: unknown) => {
    if (!ended.aborted) throw error;
  });
  await Promise.race([notice, slept]);
  noticed.abort();
}

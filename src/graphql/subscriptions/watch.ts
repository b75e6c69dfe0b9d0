import type { Clock } from '../../time/clock.ts';

/** When to look again. */
export interface WatchOptions {
  readonly clock: Clock;
  /** Longest pause between two looks, milliseconds. */
  readonly interval: number;
  /** Registers what to call when something happened; returns the function that ends it. */
  listen(notify: () => void): () => void;
}

/**
 * Tells when to look at something: at once, then whenever it was notified, and at least once an interval. What happens
 * while the consumer is busy is told once: a slow consumer misses states in between, never the last one, and nothing
 * piles up.
 */
export async function* watch({ clock, interval, listen }: WatchOptions): AsyncGenerator<void> {
  let pending = false;
  let wake: () => void = () => undefined;
  const stop = listen(() => {
    pending = true;
    wake();
  });
  try {
    while (true) {
      yield;
      if (!pending) await waitForNotice(clock, interval, (notify) => (wake = notify));
      pending = false;
    }
  } finally {
    stop();
  }
}

/** Resolves when notified, or after the interval. */
async function waitForNotice(
  clock: Clock,
  interval: number,
  register: (notify: () => void) => void,
): Promise<void> {
  const timer = new AbortController();
  const noticed = new Promise<void>((resolve) => register(resolve));
  const slept = clock.sleep(interval, timer.signal).catch((error: unknown) => {
    if (!timer.signal.aborted) throw error;
  });
  await Promise.race([noticed, slept]);
  timer.abort();
}

import type { Clock } from './clock.ts';

/** Something others ring when there may be work, so that nobody has to wait for the next look. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring (or at once when it rang since the last wait), or after `ms`. Rejects on abort. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let rung = false;
  let waiting: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      waiting?.();
    },
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      if (!rung) await waitForRing(ms, signal);
      rung = false;
    },
  };

  async function waitForRing(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const ring = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    const sleeping = clock.sleep(ms, AbortSignal.any([signal, over.signal])).catch((error: unknown) => {
      if (!over.signal.aborted) throw error;
    });
    try {
      await Promise.race([ring, sleeping]);
    } finally {
      waiting = undefined;
      over.abort();
    }
  }
}

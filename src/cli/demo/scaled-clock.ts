import type { Clock } from '../../time/clock.ts';

/** A clock whose haste may be changed, also for those who sleep by it. */
export interface ScaledClock extends Clock {
  /** From now on it runs `factor` times as fast as the other. */
  hasten(factor: number): void;
}

/** A clock that runs `factor` times as fast as another: what takes a minute in the simulated world takes seconds here. */
export function createScaledClock(clock: Clock, factor: number): ScaledClock {
  let base = { at: clock.now(), real: clock.now(), factor };
  let changed = new AbortController();
  const now = () => base.at + (clock.now() - base.real) * base.factor;

  /** Ends early when the haste changes. */
  async function sleepUnchanged(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const change = changed.signal;
    try {
      await clock.sleep(ms / base.factor, signal ? AbortSignal.any([signal, change]) : change);
    } catch (error) {
      if (signal?.aborted || !change.aborted) throw error;
    }
  }

  return {
    now,
    sleep: async (ms, signal) => {
      const end = now() + ms;
      for (;;) {
        const before = changed;
        await sleepUnchanged(end - now(), signal);
        if (before === changed) return;
      }
    },
    hasten: (faster) => {
      base = { at: now(), real: clock.now(), factor: faster };
      changed.abort();
      changed = new AbortController();
    },
  };
}

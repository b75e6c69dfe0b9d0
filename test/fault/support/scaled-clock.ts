import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../../src/time/clock.ts';

/** Real time, `speed` times as fast; the same in every process, so that their clocks agree. */
export function createScaledClock(speed: number): Clock {
  const origin = Date.UTC(2026, 0, 1);
  return {
    now: () => origin + (Date.now() - origin) * speed,
    sleep: async (ms, signal) => {
      try {
        await delay(Math.max(0, ms / speed), undefined, { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}

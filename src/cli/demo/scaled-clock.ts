import type { Clock } from '../../time/clock.ts';

/** A clock that runs `factor` times as fast as another: what takes a minute in the simulated world takes seconds here. */
export function createScaledClock(clock: Clock, factor: number): Clock {
  const start = clock.now();
  return {
    now: () => start + (clock.now() - start) * factor,
    sleep: (ms, signal) => clock.sleep(ms / factor, signal),
  };
}

import type { Random } from './clock.ts';

export interface BackOff {
  /** Pause after the first failure, milliseconds. */
  firstMs: number;
  /** No pause is longer, milliseconds. */
  maxMs: number;
}

/** The pause after the `failures`-th failure in a row (from 1): doubled each time, and anything from half of it to all. */
export function computePause(failures: number, { firstMs, maxMs }: BackOff, random: Random): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(whole / 2 + (whole / 2) * random());
}

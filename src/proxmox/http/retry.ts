import type { Clock, Random } from '../../time/clock.ts';

export interface BackOff {
  clock: Clock;
  random: Random;
  signal?: AbortSignal;
  /** Tries in all. */
  attempts: number;
  /** Whether this failure is worth another try. */
  repeatable: (error: unknown) => boolean;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Tries until it works, the failure is not repeatable or the attempts are used up; pauses grow and are jittered. */
export async function withAttempts<Result>(
  backOff: BackOff,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= backOff.attempts || backOff.signal?.aborted || !backOff.repeatable(error)) throw error;
    }
    await backOff.clock.sleep(pauseAfter(tried, backOff.random), backOff.signal);
  }
}

/** Milliseconds to pause after the given number of tries: 0.5 s doubling up to 10 s, give or take a half. */
export function pauseAfter(tried: number, random: Random): number {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (tried - 1));
  return Math.round(pause * (0.5 + random()));
}

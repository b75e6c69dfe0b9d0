import type { Clock } from '../../time/clock.ts';

/** Watches over work that must not take longer than a limit. */
export interface Deadlines {
  /** Calls `stop` once `limit` milliseconds have passed. Returns what ends the watch. */
  watch(limit: number, stop: () => void): () => void;
}

/** How exact the limit is kept, milliseconds. */
const lookInterval = 500;

interface Watched {
  readonly until: number;
  readonly stop: () => void;
}

/**
 * Makes the watch over all work of a server. It looks at everything every half second, as a timer for each request
 * would cost more than most requests do; while there is nothing to watch it sleeps for good.
 */
export function createDeadlines(clock: Clock): Deadlines {
  const watched = new Set<Watched>();
  let looking = false;
  async function look(): Promise<void> {
    looking = true;
    while (watched.size > 0) {
      await clock.sleep(lookInterval);
      const now = clock.now();
      for (const one of watched) {
        if (one.until > now) continue;
        watched.delete(one);
        one.stop();
      }
    }
    looking = false;
  }
  return {
    watch: (limit, stop) => {
      const one = { until: clock.now() + limit, stop };
      watched.add(one);
      if (!looking) void look();
      return () => watched.delete(one);
    },
  };
}

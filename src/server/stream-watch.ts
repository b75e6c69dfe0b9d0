import type { IncomingHttpHeaders } from 'node:http';
import { writeSight } from '../access/caller.ts';
import type { Clock } from '../time/clock.ts';
import type { JudgeRequest } from './judge-request.ts';

/** A stream that goes on as long as whoever asked for it may see the same. */
interface Watched {
  readonly headers: IncomingHttpHeaders;
  readonly sight: string;
  readonly end: () => void;
}

/** Ends streams whose token was revoked, has expired, or is good for something else now. */
export interface StreamWatch {
  /** Calls `end` then. Returns what ends the watch. */
  watch(stream: Watched): () => void;
}

/** How often all streams are looked at, milliseconds. */
const lookInterval = 1000;

/** Makes the watch over the streams of a server; while there are none it sleeps for good. */
export function createStreamWatch({ clock, judge }: { clock: Clock; judge: JudgeRequest }): StreamWatch {
  const watched = new Set<Watched>();
  let looking = false;
  async function lookAt(stream: Watched): Promise<void> {
    if (await isStillGood(stream, judge)) return;
    watched.delete(stream);
    stream.end();
  }
  async function look(): Promise<void> {
    looking = true;
    while (watched.size > 0) {
      await clock.sleep(lookInterval);
      for (const stream of watched) await lookAt(stream);
    }
    looking = false;
  }
  return {
    watch: (stream) => {
      watched.add(stream);
      if (!looking) void look();
      return () => watched.delete(stream);
    },
  };
}

/** Where the tokens cannot be read nothing is known to be another: the next look tells. */
async function isStillGood({ headers, sight }: Watched, judge: JudgeRequest): Promise<boolean> {
  try {
    const judged = await judge(headers);
    return 'caller' in judged && writeSight(judged.caller) === sight;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return true;
  }
}

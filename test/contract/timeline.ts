import type { Exchange, Series } from './recording.ts';
import { announcedUpid } from './scope.ts';

/** The times that a UPID holds. */
interface UpidTimes {
  readonly node: string;
  /** When the worker was started, in milliseconds since the node was; exact to 10 ms. */
  readonly sinceBoot: number;
  /** Epoch milliseconds, exact to a second. */
  readonly startedAt: number;
}

const UPID = /^UPID:([^:]+):[0-9A-F]{8}:([0-9A-F]{8,9}):([0-9A-F]{8}):/i;

/** Reads the times of a UPID; undefined when the text is none. */
export function readUpidTimes(upid: string): UpidTimes | undefined {
  const [, node, ticks, seconds] = UPID.exec(upid) ?? [];
  if (node === undefined || ticks === undefined || seconds === undefined) return undefined;
  return { node, sinceBoot: Number.parseInt(ticks, 16) * 10, startedAt: Number.parseInt(seconds, 16) * 1000 };
}

/** When a series began, epoch milliseconds: the first time that a ticket or a UPID in it tells. */
export function readStart(series: Series): number {
  for (const { request, response } of series.exchanges) {
    const text = `${request.headers['Cookie'] ?? ''} ${JSON.stringify(response.body)}`;
    const hex = /PVE(?::|%3A)[^:%\s]+(?:@|%40)[^:%\s]+(?::|%3A)([0-9A-F]{8})(?::|%3A)/i.exec(text)?.[1];
    if (hex !== undefined) return Number.parseInt(hex, 16) * 1000;
    const times = readUpidTimes(announcedUpid(response.body) ?? '');
    if (times !== undefined) return times.startedAt;
  }
  return Date.UTC(2026, 10, 22);
}

/**
 * When recorded requests were sent. Answers carry no time of their own, but the UPIDs among them do: the pauses
 * between them are kept in the replay, also those that no setup names.
 */
export class Timeline {
  readonly #starts = new Map<string, { recorded: number; replayed: number }>();

  /** Milliseconds to wait before this exchange is sent at `now`, so that it comes as late as it did. */
  pauseBefore(exchange: Exchange, now: number): number {
    const times = readUpidTimes(announcedUpid(exchange.response.body) ?? '');
    if (times === undefined) return 0;
    const sent = times.sinceBoot - exchange.seconds * 1000;
    const start = this.#starts.get(times.node);
    if (start === undefined) {
      this.#starts.set(times.node, { recorded: sent, replayed: now });
      return 0;
    }
    return Math.max(0, start.replayed + (sent - start.recorded) - now);
  }
}

/**
 * The bursts of a series that no setup describes: runs of equal requests whose workers were started so soon after one
 * another that they cannot have been sent in turn. First and last position of each.
 */
export function findBursts(series: Series): [number, number][] {
  const bursts: [number, number][] = [];
  for (const [index, exchange] of series.exchanges.entries()) {
    if (!overlaps(series.exchanges[index - 1], exchange)) continue;
    const open = bursts.at(-1);
    if (open?.[1] === index - 1) open[1] = index;
    else bursts.push([index - 1, index]);
  }
  return bursts;
}

function overlaps(before: Exchange | undefined, exchange: Exchange): boolean {
  if (before === undefined || before.request.path !== exchange.request.path) return false;
  if (before.request.method !== exchange.request.method) return false;
  const [first, second] = [before, exchange].map(({ response }) =>
    readUpidTimes(announcedUpid(response.body) ?? ''),
  );
  if (first === undefined || second === undefined || first.node !== second.node) return false;
  // One after the other, a worker starts about `seconds` after the one before; a new connection alone takes 10 ms.
  return second.sinceBoot - first.sinceBoot < Math.max(10, exchange.seconds * 750);
}

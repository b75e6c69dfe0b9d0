import type { GuestFigures } from './guest-figures.ts';

/** What a node last told about one of its guests. */
export interface GuestStatistics extends GuestFigures {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly name: string;
  readonly template: 0 | 1;
  /** What it costs its host, bytes; only some versions tell. */
  readonly memhost?: number;
}

/** What each node broadcast last; everything here is up to 10 s old on purpose. */
export class Statistics {
  readonly guests = new Map<number, GuestStatistics>();
  /** Node to the time of its last broadcast. */
  readonly nodes = new Map<string, number>();
  /** The same, but of the last broadcast that reached every node: a partition of the network stops it. */
  readonly heard = new Map<string, number>();
  /** Nodes that have told about a guest before: from then on they tell `memhost` too, where the version does. */
  readonly guestNodes = new Set<string>();
  /** Counts up with every broadcast. */
  generation = 0;
  nextTick: number;
  /** Rows of /cluster/resources as JSON, good as long as the stamp is. */
  rows: { readonly stamp: string; readonly texts: Map<string, string> } = { stamp: '', texts: new Map() };

  constructor(now: number) {
    this.nextTick = now;
  }
}

import type { Store } from '../store/store.ts';
import { createBell } from '../time/bell.ts';
import type { Clock, Random } from '../time/clock.ts';
import { findDueWebhooks } from './claim.ts';
import { deliverInOrder, type DeliverTools } from './deliver.ts';
import { pruneDeliveries } from './prune.ts';
import { queueChanges } from './queue-changes.ts';
import type { RetryRules } from './record-outcome.ts';
import type { WebhookSend } from './send.ts';
import type { WebhookLogger } from './webhook-tools.ts';

/** Milliseconds, all optional. */
export interface WebhookIntervals {
  /** Between two looks for changes and due deliveries. Default 2 s. */
  readonly pollMs?: number;
  /** For one try, the whole answer included. Default 10 s. */
  readonly timeLimitMs?: number;
  /** How long a try is nobody else's; more than its time limit. Default 30 s. */
  readonly claimMs?: number;
}

export interface WebhookSenderOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: WebhookLogger;
  /** `createSend` makes one. */
  readonly send: WebhookSend;
  /** Default: 12 tries within about three hours, 5 s to 1 h apart. */
  readonly retry?: RetryRules;
  readonly intervals?: WebhookIntervals;
}

/**
 * Tells webhooks of changes to templates: each change once per webhook that wants it, in order, at least once. All
 * state is in the store; any number of servers may run one on the same store.
 */
export interface WebhookSender {
  /** Goes on where the last one stopped. */
  start(): void;
  /** Breaks off tries under way; they are done again at the next start. */
  stop(): Promise<void>;
  /** There may be new changes: look now. */
  nudge(): void;
}

const defaultRetry: RetryRules = { attempts: 12, firstMs: 5000, maxMs: 60 * 60 * 1000 };

/** Webhooks that are sent to at once. */
const maxAtOnce = 8;

/** Between two prunings, milliseconds. */
const pruneMs = 60 * 60 * 1000;

/** Makes a sender. Nothing happens before it is started. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { store, clock, random, logger, send, retry = defaultRetry, intervals = {} } = options;
  const { pollMs = 2000, timeLimitMs = 10_000, claimMs = 30_000 } = intervals;
  const tools: DeliverTools = { store, clock, random, logger, send, retry, timeLimitMs, claimMs };
  const bell = createBell(clock);
  let run: { readonly end: AbortController; readonly over: Promise<void> } | undefined;
  return {
    start: () => {
      if (run) return;
      const end = new AbortController();
      run = { end, over: watch(new Rounds(tools, end.signal, bell.ring), pollMs, end.signal) };
    },
    stop: async () => {
      run?.end.abort();
      await run?.over;
      run = undefined;
    },
    nudge: bell.ring,
  };

  async function watch(rounds: Rounds, waitMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await rounds.goRound();
      await bell.wait(waitMs, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
    await rounds.finish();
  }
}

/** What is done at each look. A failure (the store is away) is told, and the next look tries again. */
class Rounds {
  readonly #tools: DeliverTools;
  readonly #signal: AbortSignal;
  /** Called when a webhook has nothing due any more, for those that waited for a place. */
  readonly #onFree: () => void;
  /** By webhook: the work under way. */
  readonly #busy = new Map<number, Promise<void>>();
  #nextPrune = 0;

  constructor(tools: DeliverTools, signal: AbortSignal, onFree: () => void) {
    this.#tools = tools;
    this.#signal = signal;
    this.#onFree = onFree;
  }

  async goRound(): Promise<void> {
    const { store, clock, logger } = this.#tools;
    try {
      await this.#prune();
      await queueChanges({ store, clock });
      for (const webhookId of await findDueWebhooks(store, clock.now())) this.#begin(webhookId);
    } catch (error) {
      logger.warn({ err: error }, 'Webhooks could not be looked after; trying again');
    }
  }

  async finish(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  #begin(webhookId: number): void {
    if (this.#busy.has(webhookId) || this.#busy.size >= maxAtOnce || this.#signal.aborted) return;
    this.#busy.set(webhookId, this.#work(webhookId));
  }

  async #work(webhookId: number): Promise<void> {
    try {
      await deliverInOrder(this.#tools, webhookId, this.#signal);
      this.#onFree();
    } catch (error) {
      this.#tools.logger.warn({ err: error, webhookId }, 'Webhook could not be served; trying again');
    } finally {
      this.#busy.delete(webhookId);
    }
  }

  async #prune(): Promise<void> {
    const { store, clock } = this.#tools;
    if (clock.now() < this.#nextPrune) return;
    await pruneDeliveries(store, clock.now());
    this.#nextPrune = clock.now() + pruneMs;
  }
}

import type { PrismaClient } from '../../prisma/generated/sqlite/client.ts';
import type { AuditBook } from '../access/audit/audit-book.ts';
import type { Caller } from '../access/caller.ts';
import type { AskedBy } from '../replication/replicator.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { guardServices } from './guard/guard-services.ts';
import { createLoaders, type Loaders } from './reads/loaders.ts';
import type { Services } from './services.ts';
import type { RunStates } from './subscriptions/run-states.ts';

/** What a context is made of. */
export interface ContextOptions {
  /** What there is of the store for the caller. */
  readonly store: Store;
  readonly services: Services;
  readonly clock: Clock;
  readonly runStates: RunStates;
  /** Who asks. */
  readonly caller: Caller;
  /** Address that they ask from; null for a command on the store. */
  readonly origin: string | null;
  /** Where it is written down who did what; absent where nobody keeps books. */
  readonly audit?: AuditBook;
  /** For documents of this program itself, such as those of the REST routes: no page limit and no cost limit. */
  readonly unlimited: boolean;
  /** What runs are said to be started by: a client of the API, or a command of this process. */
  readonly trigger: AskedBy;
  /** Names the request in logs and masked errors. */
  readonly requestId: string;
  /** Aborted when the client goes. */
  readonly signal?: AbortSignal;
}

/** What every resolver gets. One per request. */
export interface GraphqlContext extends ContextOptions {
  readonly prisma: PrismaClient;
  /** Batches what fields of many rows ask for into one statement each. */
  readonly loaders: Loaders;
  /** Whether the answer is true at this moment only, and not until something is written. */
  readonly timed: { asked: boolean };
}

/** The time that an answer is made to depend on, epoch milliseconds: it is not kept for others who ask the same. */
export function askTime({ clock, timed }: GraphqlContext): number {
  timed.asked = true;
  return clock.now();
}

/** Makes the context of one request. */
export function createContext(options: ContextOptions): GraphqlContext {
  const { prisma } = options.store;
  const guarded = { ...options, services: guardServices(options.services, options) };
  return { ...guarded, prisma, loaders: createLoaders(guarded), timed: { asked: false } };
}

import type { PrismaClient } from '../../prisma/generated/sqlite/client.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { createLoaders, type Loaders } from './reads/loaders.ts';
import type { Services } from './services.ts';

/** Who asks. INTERNAL is this server itself (the REST routes): no page limit and no cost limit. */
export type ViewerRole = 'ADMIN' | 'INTERNAL';

/** What every resolver gets. One per request. */
export interface GraphqlContext {
  readonly store: Store;
  readonly prisma: PrismaClient;
  readonly services: Services;
  readonly clock: Clock;
  readonly role: ViewerRole;
  /** Names the request in logs and masked errors. */
  readonly requestId: string;
  /** Batches what fields of many rows ask for into one statement each. */
  readonly loaders: Loaders;
}

/** What a context is made of. */
export interface ContextOptions {
  readonly store: Store;
  readonly services: Services;
  readonly clock: Clock;
  readonly role: ViewerRole;
  readonly requestId: string;
}

/** Makes the context of one request. */
export function createContext(options: ContextOptions): GraphqlContext {
  const { prisma } = options.store;
  return { ...options, prisma, loaders: createLoaders(prisma) };
}

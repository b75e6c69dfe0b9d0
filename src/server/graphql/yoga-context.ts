import type { GraphqlContext } from '../../graphql/context.ts';

/** What the server hands yoga with a request, and what it learns of the answer. */
export interface YogaContext {
  readonly hub: {
    /** The resolvers' context. */
    readonly context: GraphqlContext;
    /** Aborted when the server closes: subscriptions end as if nothing more happened. */
    readonly closing: AbortSignal;
    /** Made by a subscription: ends it in the same way. */
    ended?: AbortController;
    /** Set when the answer may be given to others who ask the same. */
    keep: boolean;
    /** The tables that the answer was read from, by Prisma's names. */
    models: readonly string[];
  };
}

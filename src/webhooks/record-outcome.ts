import type { Store } from '../store/store.ts';
import type { Clock, Random } from '../time/clock.ts';
import { computePause, type BackOff } from '../time/back-off.ts';
import { goneStatus, type Outcome } from './attempt.ts';
import type { Delivery } from './claim.ts';
import { deactivateWebhook } from './deactivate.ts';

/** How failures are answered. */
export interface RetryRules extends BackOff {
  /** Tries before a delivery is given up. */
  readonly attempts: number;
}

/** What recording needs. */
export interface RecordTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetryRules;
}

/** What a try made of its delivery. */
export type Verdict = 'DELIVERED' | 'RETRY' | 'GIVEN_UP' | 'GONE';

/** Writes down what came of a try. A try whose claim ran out meanwhile can still tell of its success, of nothing else. */
export async function recordOutcome(
  tools: RecordTools,
  delivery: Delivery,
  outcome: Outcome,
): Promise<Verdict> {
  const { store, clock } = tools;
  const now = new Date(clock.now());
  const told = { lastStatus: outcome.status, lastError: outcome.error };
  if (outcome.delivered) {
    await store.prisma.webhookDelivery.updateMany({
      where: { id: delivery.id, deliveredAt: null },
      data: { ...told, deliveredAt: now, failedAt: null, notBefore: null },
    });
    return 'DELIVERED';
  }
  const where = { id: delivery.id, attempts: delivery.attempts, deliveredAt: null, failedAt: null };
  if (outcome.status === goneStatus) {
    await store.transaction(async (database) => {
      const data = { ...told, failedAt: now, notBefore: null };
      await database.webhookDelivery.updateMany({ where, data });
      await deactivateWebhook(database, delivery.webhookId, now);
    });
    return 'GONE';
  }
  const next = decideNext(tools, delivery.attempts);
  await store.prisma.webhookDelivery.updateMany({ where, data: { ...told, ...next } });
  return next.failedAt === null ? 'RETRY' : 'GIVEN_UP';
}

function decideNext({ clock, random, retry }: RecordTools, attempts: number) {
  const now = clock.now();
  if (attempts >= retry.attempts) return { failedAt: new Date(now), notBefore: null };
  return { failedAt: null, notBefore: new Date(now + computePause(attempts, retry, random)) };
}

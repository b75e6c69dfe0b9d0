import { attemptDelivery, type Outcome } from './attempt.ts';
import { composeTest } from './message.ts';
import { createNotFound } from './webhook-error.ts';
import type { WebhookTools } from './webhook-tools.ts';

/** For a test, milliseconds: somebody waits for the answer. */
const timeLimitMs = 5000;

/** Sends a test message to a webhook, active or not; it is not tried again. */
export async function testWebhook(
  { store, clock, send }: WebhookTools,
  id: number,
  signal = new AbortController().signal,
): Promise<Outcome> {
  const webhook = await store.prisma.webhook.findUnique({ where: { id } });
  if (webhook === null) throw createNotFound(id);
  const now = clock.now();
  const message = composeTest(id, now);
  return attemptDelivery({ webhook, vault: store.vault, message, send, now, timeLimitMs, signal });
}

import type { Database } from '../store/database.ts';

/** Switches a webhook off, as part of a transaction: what was waiting is given up, and nothing is queued from now on. */
export async function deactivateWebhook(database: Database, id: number, now: Date): Promise<void> {
  await database.webhook.updateMany({ where: { id }, data: { active: false } });
  await database.webhookDelivery.updateMany({
    where: { webhookId: id, deliveredAt: null, failedAt: null },
    data: { failedAt: now, notBefore: null, lastError: 'Given up: the webhook was deactivated.' },
  });
}

import type { Store } from '../store/store.ts';
import { attemptDelivery } from './attempt.ts';
import { claimNext, giveBack, type Delivery } from './claim.ts';
import { composeEvent, composeMessage, type WebhookMessage } from './message.ts';
import { recordOutcome, type RecordTools, type Verdict } from './record-outcome.ts';
import type { WebhookSend } from './send.ts';
import type { WebhookLogger } from './webhook-tools.ts';

/** What sending needs. */
export interface DeliverTools extends RecordTools {
  readonly send: WebhookSend;
  readonly logger: WebhookLogger;
  /** For one try, milliseconds. */
  readonly timeLimitMs: number;
  /** How long a try is nobody else's, milliseconds. */
  readonly claimMs: number;
}

/** Sends what is due for one webhook, one after the other in the order of the changes. */
export async function deliverInOrder(
  tools: DeliverTools,
  webhookId: number,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, claimMs } = tools;
  while (!signal.aborted) {
    const delivery = await claimNext(store, { webhookId, now: clock.now(), claimMs });
    if (delivery === undefined) return;
    try {
      await deliver(tools, delivery, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      await giveBack(store, delivery);
    }
  }
}

async function deliver(tools: DeliverTools, delivery: Delivery, signal: AbortSignal): Promise<void> {
  const { store, clock, send, timeLimitMs, logger } = tools;
  const { id, webhookId, attempts, webhook } = delivery;
  const message = await readMessage(store, delivery);
  if (message === undefined) return giveUpLost(tools, delivery);
  const now = clock.now();
  const outcome = await attemptDelivery({
    webhook,
    vault: store.vault,
    message,
    send,
    now,
    timeLimitMs,
    signal,
  });
  const verdict = await recordOutcome(tools, delivery, outcome);
  const { status, error } = outcome;
  report(logger, verdict, { webhookId, deliveryId: id, attempts, status, error });
}

/** Undefined when what it tells of is no longer in the store. */
async function readMessage({ prisma }: Store, delivery: Delivery): Promise<WebhookMessage | undefined> {
  const { changeId, eventId } = delivery;
  if (eventId > 0) {
    const event = await prisma.hubEvent.findUnique({ where: { id: eventId } });
    return event ? composeEvent(delivery, event) : undefined;
  }
  const change = await prisma.templateChange.findUnique({ where: { id: changeId } });
  return change ? composeMessage(delivery, change) : undefined;
}

async function giveUpLost({ store, clock }: DeliverTools, { id }: Delivery): Promise<void> {
  const data = { failedAt: new Date(clock.now()), lastError: 'What it tells of is no longer in the store.' };
  await store.prisma.webhookDelivery.updateMany({ where: { id, deliveredAt: null }, data });
}

function report(logger: WebhookLogger, verdict: Verdict, fields: object): void {
  if (verdict === 'DELIVERED') logger.debug(fields, 'Webhook delivered');
  if (verdict === 'RETRY') logger.debug(fields, 'Webhook will be tried again');
  if (verdict === 'GIVEN_UP') logger.warn(fields, 'Webhook given up for this change');
  if (verdict === 'GONE') logger.warn(fields, 'Webhook deactivated: its receiver is gone');
}

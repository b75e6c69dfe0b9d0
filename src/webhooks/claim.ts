import type { Webhook, WebhookDelivery } from '../../prisma/generated/sqlite/client.ts';
import type { Store } from '../store/store.ts';

/** A delivery with the webhook that it goes to. */
export type Delivery = WebhookDelivery & { readonly webhook: Webhook };

const pending = { deliveredAt: null, failedAt: null, webhook: { active: true } };

/** Webhooks whose first undelivered change may be sent now. */
export async function findDueWebhooks({ prisma }: Store, now: number): Promise<number[]> {
  const heads = await prisma.webhookDelivery.groupBy({
    by: ['webhookId'],
    where: pending,
    _min: { id: true },
  });
  if (heads.length === 0) return [];
  const ids = heads.flatMap(({ _min: { id } }) => (id === null ? [] : [id]));
  const due = await prisma.webhookDelivery.findMany({
    where: { id: { in: ids }, OR: [{ notBefore: null }, { notBefore: { lte: new Date(now) } }] },
    orderBy: { id: 'asc' },
    select: { webhookId: true },
  });
  return due.map(({ webhookId }) => webhookId);
}

/** What a claim is made with. */
export interface Claim {
  readonly webhookId: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long nobody else sends it, milliseconds: longer than a try can take. */
  readonly claimMs: number;
}

/**
 * Takes the first undelivered change of a webhook for one try. Undefined when there is none, when it is not due, and
 * when another server has it: later changes wait for it, so that they arrive in order. Who dies with a claim leaves
 * the delivery to others once the claim is over.
 */
export async function claimNext({ prisma }: Store, claim: Claim): Promise<Delivery | undefined> {
  const { webhookId, now, claimMs } = claim;
  const head = await prisma.webhookDelivery.findFirst({
    where: { ...pending, webhookId },
    orderBy: { id: 'asc' },
    include: { webhook: true },
  });
  if (head === null || (head.notBefore !== null && head.notBefore.getTime() > now)) return undefined;
  const attempts = head.attempts + 1;
  const notBefore = new Date(now + claimMs);
  const { count } = await prisma.webhookDelivery.updateMany({
    where: { id: head.id, attempts: head.attempts, deliveredAt: null, failedAt: null },
    data: { attempts, notBefore },
  });
  return count === 1 ? { ...head, attempts, notBefore } : undefined;
}

/** Gives a claim back, so that nobody waits for its end. */
export async function giveBack({ prisma }: Store, { id, attempts }: Delivery): Promise<void> {
  await prisma.webhookDelivery.updateMany({
    where: { id, attempts, deliveredAt: null, failedAt: null },
    data: { notBefore: null },
  });
}

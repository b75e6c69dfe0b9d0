import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { wantsChange } from './kinds.ts';
import { awaitWrittenChanges, readLastChange } from './last-change.ts';

/** Changes that one transaction looks at. */
const batchSize = 500;

interface Tools {
  readonly store: Store;
  readonly clock: Clock;
}

/** Queues a delivery for each change that an active webhook wants and was not queued yet. Writes only if there are any. */
export async function queueChanges(tools: Tools): Promise<void> {
  const { prisma } = tools.store;
  const active = await prisma.webhook.findMany({
    where: { active: true },
    select: { id: true, cursor: true },
  });
  if (active.length === 0) return;
  const last = await readLastChange(prisma);
  for (const { id, cursor } of active) {
    for (let seen = cursor; seen < last;) {
      const next = await queueBatch(tools, id);
      if (next === undefined) break;
      seen = next;
    }
  }
}

/**
 * Queues the next changes of one webhook and moves its cursor, in one transaction: each change is queued once, whoever
 * does it. Returns the new cursor, undefined when there is nothing to be done or another server does it.
 */
function queueBatch({ store, clock }: Tools, webhookId: number): Promise<number | undefined> {
  return store.transaction(async (database) => {
    await awaitWrittenChanges(database, store.provider);
    const webhook = await database.webhook.findUnique({ where: { id: webhookId } });
    if (!webhook?.active) return undefined;
    const { cursor, updatedAt } = webhook;
    const changes = await database.templateChange.findMany({
      where: { id: { gt: cursor } },
      orderBy: { id: 'asc' },
      take: batchSize,
      select: { id: true, kind: true, clusterId: true },
    });
    const last = changes.at(-1);
    if (!last) return undefined;
    const { count } = await database.webhook.updateMany({
      where: { id: webhookId, active: true, cursor },
      // Nobody changed the webhook itself.
      data: { cursor: last.id, updatedAt },
    });
    if (count === 0) return undefined;
    const wanted = changes.filter((change) => wantsChange(webhook, change));
    const createdAt = new Date(clock.now());
    await database.webhookDelivery.createMany({
      data: wanted.map(({ id }) => ({ webhookId, changeId: id, createdAt })),
    });
    return last.id;
  });
}

import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { awaitWrittenChanges, readCursors } from './cursors.ts';
import { queues, type Queue } from './queues.ts';

interface Tools {
  readonly store: Store;
  readonly clock: Clock;
}

/** Queues a delivery for all that an active webhook wants and that was not queued yet. Writes only if there is any. */
export async function queueChanges(tools: Tools): Promise<void> {
  const { prisma } = tools.store;
  const active = await prisma.webhook.findMany({
    where: { active: true },
    select: { id: true, cursor: true, eventCursor: true },
  });
  if (active.length === 0) return;
  const last = await readCursors(prisma);
  for (const webhook of active) {
    for (const queue of queues) {
      for (let seen = webhook[queue.cursor]; seen < last[queue.cursor];) {
        const next = await queueBatch(tools, webhook.id, queue);
        if (next === undefined) break;
        seen = next;
      }
    }
  }
}

/**
 * Queues what is next for one webhook and moves its cursor, in one transaction: each row is queued once, whoever does it.
 * Returns the new cursor, undefined when there is nothing to be done or another server does it.
 */
function queueBatch({ store, clock }: Tools, webhookId: number, queue: Queue): Promise<number | undefined> {
  return store.transaction(async (database) => {
    await awaitWrittenChanges(database, store.provider);
    const webhook = await database.webhook.findUnique({ where: { id: webhookId } });
    if (!webhook?.active) return undefined;
    const rows = await queue.readNext(database, webhook);
    const last = rows.at(-1);
    if (!last) return undefined;
    const { updatedAt, [queue.cursor]: seen } = webhook;
    const { count } = await database.webhook.updateMany({
      where: { id: webhookId, active: true, [queue.cursor]: seen },
      // Nobody changed the webhook itself.
      data: { [queue.cursor]: last.id, updatedAt },
    });
    if (count === 0) return undefined;
    const createdAt = new Date(clock.now());
    const wanted = rows.filter((row) => row.wanted);
    await database.webhookDelivery.createMany({
      data: wanted.map(({ id }) => ({ webhookId, createdAt, ...queue.name(id) })),
    });
    return last.id;
  });
}

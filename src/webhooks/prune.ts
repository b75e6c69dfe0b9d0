import type { Store } from '../store/store.ts';

/** How long deliveries that are over are kept, milliseconds. */
export const keptMs = 30 * 24 * 60 * 60 * 1000;

/** Deletes deliveries that were delivered or given up long ago, and events of that time. Returns how many deliveries. */
export async function pruneDeliveries({ prisma }: Store, now: number): Promise<number> {
  const before = { lt: new Date(now - keptMs) };
  const { count } = await prisma.webhookDelivery.deleteMany({
    where: { OR: [{ deliveredAt: before }, { failedAt: before }] },
  });
  await prisma.hubEvent.deleteMany({ where: { at: before } });
  return count;
}

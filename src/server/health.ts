import type { Store } from '../store/store.ts';
import type { Services } from '../graphql/services.ts';
import { replyJson, type Reply } from './http/reply.ts';

const noStore = { 'cache-control': 'no-store' };

/** The process runs and answers. */
export function replyLive(): Reply {
  return replyJson(200, { status: 'ok' }, noStore);
}

/** The store answers, so requests can be served. Clusters that do not answer are told, but are no reason to be unready. */
export async function replyReady(store: Store, services: Services): Promise<Reply> {
  const mode = services.replicator ? 'online' : 'offline';
  try {
    const clusters = await store.prisma.cluster.findMany({
      where: { configured: true },
      select: { id: true, lastScanAt: true, lastErrorCode: true },
      orderBy: { id: 'asc' },
    });
    return replyJson(200, { status: 'ok', mode, clusters }, noStore);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return replyJson(503, { status: 'unavailable', mode, reason: 'the store does not answer' }, noStore);
  }
}

import type { FastifyInstance } from 'fastify';
import type { Services } from '../../graphql/services.ts';
import type { Store } from '../../store/store.ts';
import { replyJson, type Reply } from '../answers/reply.ts';
import { readRoute } from './read-route.ts';

const noStore = { 'cache-control': 'no-store' };

/** /health and what it is made of: the process runs, and the store answers. */
export async function healthRoutes(
  app: FastifyInstance,
  { store, services }: { store: Store; services: Services },
): Promise<void> {
  readRoute(app, '/health', () => replyReady(store, services));
  readRoute(app, '/health/ready', () => replyReady(store, services));
  readRoute(app, '/health/live', () => replyJson(200, { status: 'ok' }, noStore));
}

/** The store answers, so requests can be served. Clusters that do not answer are told, but are no reason to be unready. */
async function replyReady(store: Store, services: Services): Promise<Reply> {
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

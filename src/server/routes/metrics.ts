import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { replyError } from '../answers/reply.ts';
import { readRoute } from './read-route.ts';

/** /metrics, for Prometheus. */
export async function metricsRoute(app: FastifyInstance, { metrics }: { metrics: Metrics }): Promise<void> {
  readRoute(app, '/metrics', async ({ caller }) => {
    if (caller.clusters !== null)
      return replyError(403, 'metrics are of all clusters, and your token is not');
    const { type, text } = await metrics.write();
    return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-store' }, body: text };
  });
}

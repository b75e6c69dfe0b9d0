import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { readRoute } from './read-route.ts';

/** /metrics, for Prometheus. */
export async function metricsRoute(app: FastifyInstance, { metrics }: { metrics: Metrics }): Promise<void> {
  readRoute(app, '/metrics', async () => {
    const { type, text } = await metrics.write();
    return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-store' }, body: text };
  });
}

import type { FastifyInstance } from 'fastify';
import { seesCluster, type Caller } from '../../access/caller.ts';
import { replyJson, type Reply } from '../answers/reply.ts';
import { readState, replyState, type ProbeOptions } from './probes.ts';
import { readRoute } from './read-route.ts';

const noStore = { 'cache-control': 'no-store' };

/** /health and what it is made of: the process runs, the store answers, and how the clusters are. */
export async function healthRoutes(app: FastifyInstance, options: ProbeOptions): Promise<void> {
  readRoute(app, '/health', (request) => replyDetails(request.caller, options));
  readRoute(app, '/health/ready', (request) => replyDetails(request.caller, options));
  readRoute(app, '/health/live', () => replyJson(200, { status: 'ok' }, noStore));
}

/** Clusters that do not answer are told: the hub is `degraded` then, and serves. */
async function replyDetails(caller: Caller, options: ProbeOptions): Promise<Reply> {
  const mode = options.services.replicator ? 'online' : 'offline';
  const { status, clusters, reason } = await readState(options);
  if (status === 'unavailable') return replyState(status, { mode, reason });
  const told = clusters
    .filter(({ id }) => seesCluster(caller, id))
    .map(({ id, status: state, statusSince, lastScanAt, lastErrorCode }) => ({
      id,
      status: state,
      statusSince,
      lastScanAt,
      lastErrorCode,
    }));
  return replyState(status, { mode, reason, clusters: told });
}

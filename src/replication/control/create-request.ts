import type { Database } from '../../store/database.ts';
import { getCluster, type Engine } from '../engine.ts';
import type { ReplicationRequest } from '../replicator.ts';
import type { RunRow } from '../rows.ts';
import { storedRequestSchema } from '../run/prepare-run.ts';
import { checkRequest } from './check-request.ts';
import { once } from './once.ts';

export interface ClusterRequest {
  clusterId: string;
  request: ReplicationRequest;
}

/** Asks for runs of every cluster that a request means. @throws ReplicationError */
export async function createRequests(engine: Engine, request: ReplicationRequest): Promise<RunRow[]> {
  const ids = request.clusterId === undefined ? [...engine.clusters.keys()] : [request.clusterId];
  const clusters = ids.map((id) => getCluster(engine, id));
  const { idempotencyKey, ...input } = request;
  await checkRequest(engine, { clusters, vmids: request.vmids, nodes: request.nodes });
  const runIds = await once(
    engine,
    { key: idempotencyKey, mutation: 'replicate', input },
    async (database) => {
      const runs: RunRow[] = [];
      for (const { id } of clusters)
        runs.push(await joinOrQueue(engine, database, { clusterId: id, request }));
      return runs.map(({ id }) => id);
    },
  );
  const runs = await engine.store.prisma.replicationRun.findMany({
    where: { id: { in: runIds } },
    orderBy: { id: 'asc' },
  });
  announce(engine, runs);
  return runs;
}

/** The same for one cluster, without idempotency: the timer's way. */
export async function createRequest(engine: Engine, request: ClusterRequest): Promise<RunRow> {
  const run = await engine.store.transaction((database) => joinOrQueue(engine, database, request));
  announce(engine, [run]);
  return run;
}

/** Tells listeners and the clusters' workers about runs that were queued or joined. */
export function announce(engine: Engine, runs: readonly RunRow[]): void {
  for (const run of runs) {
    engine.events.emit('run', run);
    engine.clusters.get(run.clusterId)?.bell.ring();
  }
}

/**
 * A request that comes while a run of its kind (asked for by somebody, or by the clock) is queued becomes part of it; one
 * that runs already is not changed any more.
 */
async function joinOrQueue(
  { clock }: Engine,
  database: Database,
  { clusterId, request }: ClusterRequest,
): Promise<RunRow> {
  const { vmids, nodes, trigger, retry = false } = request;
  const queued = await database.replicationRun.findFirst({
    // One that was begun and is held has its steps already.
    where: { clusterId, kind: 'REPLICATION', status: 'QUEUED', cancelRequestedAt: null, startedAt: null },
    orderBy: { id: 'desc' },
  });
  const asked = trigger === 'MUTATION' || trigger === 'COMMAND';
  const scope = { vmids, nodes, asked, retry };
  const planned = queued === null ? undefined : storedRequestSchema.parse(JSON.parse(queued.request));
  if (queued === null || planned?.asked !== asked) {
    const createdAt = new Date(clock.now());
    return database.replicationRun.create({
      data: { clusterId, trigger, createdAt, request: JSON.stringify(scope) },
    });
  }
  const joined = JSON.stringify({ ...joinScopes(planned, scope), asked, retry: retry || planned.retry });
  return database.replicationRun.update({ where: { id: queued.id }, data: { request: joined } });
}

interface Scope {
  vmids?: readonly number[];
  nodes?: readonly string[];
}

/** The smallest scope that covers both; whoever asks for everything gets everything. */
export function joinScopes(a: Scope, b: Scope): Scope {
  return { vmids: joinLists(a.vmids, b.vmids), nodes: joinLists(a.nodes, b.nodes) };
}

function joinLists<Item>(a: readonly Item[] | undefined, b: readonly Item[] | undefined): Item[] | undefined {
  return a === undefined || b === undefined ? undefined : [...new Set([...a, ...b])];
}

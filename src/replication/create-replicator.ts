import { cancelRun } from './control/cancel.ts';
import { createRequests } from './control/create-request.ts';
import { setPaused } from './control/pause.ts';
import { answerPlan } from './control/plan-answer.ts';
import { removeReplicas } from './control/remove-replicas.ts';
import { retryRun } from './control/retry.ts';
import { resetPolicy, setPolicy } from './control/set-policy.ts';
import { waitForRun, waitUntilSettled } from './control/settled.ts';
import { submitOrder } from './control/submit.ts';
import { createEngine, getCluster, type Engine } from './engine.ts';
import type { Hold } from './hold/hold.ts';
import { readHolds } from './hold/read-holds.ts';
import { readProgress } from './progress/read-progress.ts';
import { readPolicies } from './read-policy.ts';
import type { Replicator, ReplicatorOptions, ScanReport } from './replicator.ts';
import { workOnCluster } from './run/cluster-worker.ts';
import { scanOnce } from './run/survey.ts';
import { Stopped } from './step/context.ts';

/** Makes a replicator; nothing happens until it is started. */
export function createReplicator(options: ReplicatorOptions): Replicator {
  const engine = createEngine(options);
  const life = createLife(engine, options.runAtStart ?? true);
  return {
    events: engine.events,
    start: life.start,
    stop: life.stop,
    scan: (clusterId) => scanClusters(engine, clusterId),
    request: (request) => createRequests(engine, request),
    plan: (request) => answerPlan(engine, request),
    cancel: (runId) => cancelRun(engine, runId),
    retry: (runId, trigger) => retryRun(engine, runId, trigger),
    pause: (clusterId) => setPaused(engine, clusterId, true),
    resume: (clusterId) => setPaused(engine, clusterId, false),
    readPolicies: (clusterIds) => readPolicies(engine, clusterIds),
    setPolicy: (change) => setPolicy(engine, change),
    resetPolicy: (clusterId) => resetPolicy(engine, clusterId),
    removeReplicas: (request) => removeReplicas(engine, request),
    submit: (order) => submitOrder(engine, order),
    progress: (runId) => readProgress(engine, runId),
    findHolds: (runIds) => findHolds(engine, runIds),
    finished: (runId, waiting) => waitForRun(engine, runId, waiting),
    steps: (runId) =>
      engine.store.prisma.replicationStep.findMany({ where: { runId }, orderBy: { id: 'asc' } }),
    settled: (waiting) => waitUntilSettled(engine, waiting),
  };
}

function findHolds(engine: Engine, runIds: readonly number[]): Promise<Map<number, Hold>> {
  const { store, clock, owner } = engine;
  const worker = { owner, readPolicies: (ids: readonly string[]) => readPolicies(engine, ids) };
  return readHolds({ store, clock, worker }, runIds);
}

function createLife(engine: Engine, runAtStart: boolean): Pick<Replicator, 'start' | 'stop'> {
  const stopping = new AbortController();
  let workers: Promise<void>[] = [];
  return {
    start: async () => {
      if (workers.length > 0) return;
      const clusters = [...engine.clusters.keys()];
      engine.logger.info({ clusters, trigger: 'BOOT', runAtStart }, 'Template replication startup');
      if (runAtStart) await createRequests(engine, { trigger: 'BOOT' });
      workers = [...engine.clusters.values()].map((cluster) =>
        workOnCluster(engine, cluster, stopping.signal),
      );
    },
    stop: async () => {
      stopping.abort(new Stopped('the server stops'));
      await Promise.all(workers);
    },
  };
}

function scanClusters(engine: Engine, clusterId?: string): Promise<ScanReport[]> {
  const clusters = clusterId === undefined ? [...engine.clusters.values()] : [getCluster(engine, clusterId)];
  return Promise.all(
    clusters.map(async (cluster) => {
      const { observation, summary } = await scanOnce({ engine, cluster });
      const count = (kind: string) => summary.changes.filter((change) => change.kind === kind).length;
      return {
        clusterId: cluster.id,
        reached: observation.reachable && !observation.blind,
        templates: observation.templates.length,
        appeared: count('APPEARED'),
        missing: count('VANISHED'),
        errorCode: observation.fault?.code,
        errorMessage: observation.fault?.message,
      };
    }),
  );
}

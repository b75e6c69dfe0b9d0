import type { Cluster, Lease } from '../../../prisma/generated/sqlite/client.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { nameLease } from '../lease.ts';
import { isOwnerGone } from '../owner.ts';
import { finalPhases } from '../phases.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { findHold, type Hold, type HoldFacts } from './hold.ts';

/** Where it is read from what holds runs. */
export interface HoldSources {
  store: Pick<Store, 'prisma'>;
  clock: Clock;
  /** Of a process that works on clusters: its name in leases, and the policies of the clusters that it knows. */
  worker?: {
    owner: string;
    readPolicies(clusterIds: readonly string[]): Promise<ReadonlyMap<string, PolicyInForce>>;
  };
}

/** What holds runs, by their numbers; nothing for those that are over, under way, or about to begin. */
export async function readHolds(sources: HoldSources, runIds: readonly number[]): Promise<Map<number, Hold>> {
  const { prisma } = sources.store;
  const runs = await prisma.replicationRun.findMany({
    where: { id: { in: [...runIds] }, status: { not: 'FINISHED' } },
  });
  if (runs.length === 0) return new Map();
  const clusterIds = [...new Set(runs.map(({ clusterId }) => clusterId))];
  const [clusters, leases, open, steps, policies] = await Promise.all([
    prisma.cluster.findMany({ where: { id: { in: clusterIds } } }),
    prisma.lease.findMany({ where: { name: { in: clusterIds.map(nameLease) } } }),
    prisma.replicationRun.findMany({
      where: { clusterId: { in: clusterIds }, status: { not: 'FINISHED' } },
      orderBy: { id: 'asc' },
    }),
    prisma.replicationStep.findMany({
      where: { runId: { in: runs.map(({ id }) => id) }, phase: { notIn: [...finalPhases] } },
    }),
    sources.worker?.readPolicies(clusterIds),
  ]);
  const known = { clusters, leases, open, steps, policies };
  return new Map(
    runs.flatMap((run): [number, Hold][] => {
      const hold = findHold(gather(run, known, sources));
      return hold === undefined ? [] : [[run.id, hold]];
    }),
  );
}

interface Known {
  clusters: readonly Cluster[];
  leases: readonly Lease[];
  /** Runs of the clusters that are not finished, the oldest first. */
  open: readonly RunRow[];
  steps: readonly StepRow[];
  policies?: ReadonlyMap<string, PolicyInForce>;
}

function gather(run: RunRow, known: Known, { clock, worker }: HoldSources): HoldFacts {
  const { clusterId } = run;
  const cluster = known.clusters.find(({ id }) => id === clusterId);
  const lease = known.leases.find(({ name }) => name === nameLease(clusterId));
  const others = known.open.filter((one) => one.clusterId === clusterId && one.id !== run.id);
  return {
    now: clock.now(),
    run,
    before:
      others.find(({ status }) => status === 'RUNNING') ??
      others.find(({ id, kind }) => id < run.id && kind === run.kind),
    pause: cluster?.paused ? { since: cluster.pausedAt?.getTime() } : undefined,
    policy: known.policies?.get(clusterId)?.policy,
    configured: known.policies?.has(clusterId),
    worker: lease && describeWorker(lease, worker?.owner),
    steps: known.steps.filter(({ runId }) => runId === run.id),
  };
}

function describeWorker({ owner, expiresAt }: Lease, own: string | undefined): HoldFacts['worker'] {
  const [host = owner, pid] = owner.split('/');
  const name = pid === undefined ? host : `${host} (process ${pid})`;
  const end = isOwnerGone(owner) ? 0 : expiresAt.getTime();
  return { name, expiresAt: end, own: owner === own };
}

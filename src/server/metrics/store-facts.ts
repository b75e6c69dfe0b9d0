import type { ClusterStatus } from '../../../prisma/generated/sqlite/enums.ts';
import type { Store } from '../../store/store.ts';

/** One figure: how many there are of these labels. */
export interface Figure {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the store tells of the hub as a whole, for metrics. */
export interface StoreFacts {
  readonly clusters: readonly ClusterFacts[];
  readonly templates: readonly Figure[];
  readonly placements: readonly Figure[];
  readonly runs: readonly Figure[];
  readonly steps: readonly Figure[];
  /** Bytes. */
  readonly copied: readonly Figure[];
  readonly leases: number;
  readonly webhooks: readonly Figure[];
  /** Seconds since the replica of each cluster was outdated that is so for longest; 0 where none is. */
  readonly lags: readonly Figure[];
}

/** A configured cluster. */
export interface ClusterFacts {
  readonly id: string;
  readonly lastScanStartedAt: Date | null;
  readonly lastScanAt: Date | null;
  readonly lastErrorCode: string | null;
  readonly status: ClusterStatus;
  readonly statusSince: Date | null;
  readonly paused: boolean;
}

/** Reads the figures that are counted by the database. `now` in epoch milliseconds. */
export async function readStoreFacts(
  { prisma }: Store,
  now: number,
): Promise<Omit<StoreFacts, 'placements'>> {
  const counted = { _count: { _all: true as const } };
  const [clusters, templates, runs, steps, copied, leases, waiting, failed, outdated] = await Promise.all([
    readConfiguredClusters(prisma),
    prisma.template.groupBy({ by: ['clusterId', 'state', 'isReplica'], ...counted }),
    prisma.replicationRun.groupBy({
      by: ['clusterId', 'kind', 'status', 'outcome'],
      ...counted,
    }),
    prisma.replicationStep.groupBy({ by: ['clusterId', 'phase'], ...counted }),
    prisma.replicationRun.groupBy({ by: ['clusterId'], _sum: { bytesDone: true } }),
    prisma.lease.count({ where: { expiresAt: { gt: new Date(now) } } }),
    prisma.webhookDelivery.count({ where: { deliveredAt: null, failedAt: null } }),
    prisma.webhookDelivery.count({ where: { failedAt: { not: null } } }),
    readOutdated(prisma),
  ]);
  return {
    clusters,
    lags: clusters.map(({ id }) => ({ labels: { cluster: id }, value: findLag(outdated, id, now) })),
    templates: templates.map(({ clusterId, state, isReplica, _count }) => ({
      labels: { cluster: clusterId ?? '', state, replica: String(isReplica) },
      value: _count._all,
    })),
    runs: runs.map(({ clusterId: cluster, kind, status, outcome, _count }) => ({
      labels: { cluster, kind, state: outcome ?? status },
      value: _count._all,
    })),
    steps: steps.map(({ clusterId: cluster, phase, _count }) => ({
      labels: { cluster, phase },
      value: _count._all,
    })),
    copied: copied.map(({ clusterId: cluster, _sum }) => ({
      labels: { cluster },
      value: Number(_sum.bytesDone ?? 0),
    })),
    leases,
    webhooks: [
      { labels: { state: 'waiting' }, value: waiting },
      { labels: { state: 'given_up' }, value: failed },
    ],
  };
}

/** A replica of an older generation of its source. */
export interface Outdated {
  readonly clusterId: string | null;
  /** When a scan saw that it is; of rows without history when they were written last. */
  readonly since: Date;
}

async function readOutdated(prisma: Store['prisma']): Promise<Outdated[]> {
  const rows = await prisma.template.findMany({
    where: { isReplica: true, state: 'OUTDATED' },
    select: {
      clusterId: true,
      updatedAt: true,
      changes: { where: { kind: 'OUTDATED' }, orderBy: { id: 'desc' }, take: 1, select: { at: true } },
    },
  });
  return rows.map(({ clusterId, updatedAt, changes: [change] }) => ({
    clusterId,
    since: change?.at ?? updatedAt,
  }));
}

/** How long the replica has been outdated that is so for longest, seconds; 0 where none is. Pure. */
export function findLag(outdated: readonly Outdated[], cluster: string, now: number): number {
  const since = outdated.filter(({ clusterId }) => clusterId === cluster).map((one) => one.since.getTime());
  return since.length === 0 ? 0 : Math.max(0, (now - Math.min(...since)) / 1000);
}

/** The configured clusters and how their last scans ended. */
export function readConfiguredClusters(prisma: Store['prisma']): Promise<ClusterFacts[]> {
  return prisma.cluster.findMany({
    where: { configured: true },
    select: {
      id: true,
      lastScanStartedAt: true,
      lastScanAt: true,
      lastErrorCode: true,
      status: true,
      statusSince: true,
      paused: true,
    },
    orderBy: { id: 'asc' },
  });
}

import { isReached } from '../../store/cluster-status.ts';
import type { ClusterFacts, Figure, StoreFacts } from './store-facts.ts';

/** One metric of what the store holds. */
export interface StoreGauge {
  /** Without the beginning that all have. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** `now` in epoch milliseconds. */
  read(facts: StoreFacts, now: number): readonly Figure[];
}

/** What is told of each cluster; nothing where its value is not known. */
function tellClusters(read: (cluster: ClusterFacts, now: number) => number | undefined): StoreGauge['read'] {
  return ({ clusters }, now) =>
    clusters.flatMap((cluster) => {
      const value = read(cluster, now);
      return value === undefined ? [] : [{ labels: { cluster: cluster.id }, value }];
    });
}

/** A scan that is under way, or failed, has begun after the last good one ended. */
function measureScan({ lastScanAt, lastScanStartedAt }: ClusterFacts): number | undefined {
  if (lastScanAt === null) return undefined;
  const seconds = (lastScanAt.getTime() - (lastScanStartedAt ?? lastScanAt).getTime()) / 1000;
  return seconds < 0 ? undefined : seconds;
}

/** The metrics of the store. */
export const storeGauges: readonly StoreGauge[] = [
  {
    name: 'cluster_up',
    help: '1 when the cluster answered its last scan.',
    labels: ['cluster'],
    read: tellClusters(({ status }) => Number(isReached(status))),
  },
  {
    name: 'cluster_status',
    help: '1 for what came of the last scan of the cluster.',
    labels: ['cluster', 'status'],
    read: ({ clusters }) => clusters.map(({ id, status }) => ({ labels: { cluster: id, status }, value: 1 })),
  },
  {
    name: 'cluster_paused',
    help: '1 while replication is held.',
    labels: ['cluster'],
    read: tellClusters(({ paused }) => Number(paused)),
  },
  {
    name: 'scan_age_seconds',
    help: 'Time since the last scan that reached the cluster.',
    labels: ['cluster'],
    read: tellClusters(({ lastScanAt }, now) =>
      lastScanAt === null ? undefined : (now - lastScanAt.getTime()) / 1000,
    ),
  },
  {
    name: 'scan_duration_seconds',
    help: 'What the last scan that reached the cluster took.',
    labels: ['cluster'],
    read: tellClusters(measureScan),
  },
  {
    name: 'templates',
    help: 'Templates by state.',
    labels: ['cluster', 'state', 'replica'],
    read: ({ templates }) => templates,
  },
  {
    name: 'placements',
    help: 'Originals on nodes of their cluster, by what is the case there.',
    labels: ['cluster', 'state'],
    read: ({ placements }) => placements,
  },
  {
    name: 'replica_lag_seconds',
    help: 'Time that the longest outdated replica has been behind its original.',
    labels: ['cluster'],
    read: ({ lags }) => lags,
  },
  {
    name: 'runs',
    help: 'Runs by kind and by outcome, or status before there is one.',
    labels: ['cluster', 'kind', 'state'],
    read: ({ runs }) => runs,
  },
  {
    name: 'steps',
    help: 'Steps of runs by phase.',
    labels: ['cluster', 'phase'],
    read: ({ steps }) => steps,
  },
  {
    name: 'copied_bytes',
    help: 'Bytes that all runs together have copied.',
    labels: ['cluster'],
    read: ({ copied }) => copied,
  },
  {
    name: 'leases',
    help: 'Leases that are held, by any server on this database.',
    labels: [],
    read: ({ leases }) => [{ labels: {}, value: leases }],
  },
  {
    name: 'webhook_deliveries',
    help: 'Deliveries that wait, and that were given up.',
    labels: ['state'],
    read: ({ webhooks }) => webhooks,
  },
];

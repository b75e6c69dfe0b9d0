import { createTemplateCache, type TemplateCache } from '../inventory/observe/template-cache.ts';
import type { ProxmoxClient } from '../proxmox/client.ts';
import type { Store } from '../store/store.ts';
import type { Clock, Random } from '../time/clock.ts';
import { createBell, type Bell } from '../time/bell.ts';
import { ReplicationEvents } from './events.ts';
import type { StepExtension } from './order.ts';
import { nameOwner } from './owner.ts';
import { ReplicationError } from './replication-error.ts';
import type { ReplicationIntervals, ReplicationLogger, ReplicatorOptions } from './replicator.ts';
import type { StepKind } from './rows.ts';
import type { StepSettings } from './step/context.ts';

/** What belongs to one cluster for the life of the process. */
export interface EngineCluster {
  id: string;
  client: ProxmoxClient;
  cache: TemplateCache;
  bell: Bell;
  /** Runs that were laid aside until their next try, by number: when that is, epoch milliseconds. */
  resting: Map<number, number>;
}

/** The replicator's options, completed. */
export interface Engine {
  store: Store;
  clusters: ReadonlyMap<string, EngineCluster>;
  policies: ReadonlyMap<string, unknown>;
  intervals: Required<ReplicationIntervals>;
  step: StepSettings;
  clock: Clock;
  random: Random;
  logger: ReplicationLogger;
  events: ReplicationEvents;
  extensions: readonly StepExtension[];
  extensionOf: ReadonlyMap<StepKind, StepExtension>;
  owner: string;
  /** When this process began, epoch milliseconds: the timer counts from here while there was no run yet. */
  startedAt: number;
}

const minute = 60_000;

const defaultIntervals: Required<ReplicationIntervals> = {
  runMs: 15 * minute,
  scanMs: 0,
  pollMs: 5_000,
  leaseMs: minute,
  backOffMs: 2_000,
  backOffMaxMs: 5 * minute,
  lookMs: 2_000,
};

export function createEngine(options: ReplicatorOptions): Engine {
  const { store, clients, policies = new Map(), clock, random, logger, extensions = [] } = options;
  const intervals = { ...defaultIntervals, ...options.intervals };
  const clusters = [...clients].map(([id, client]): [string, EngineCluster] => [
    id,
    { id, client, cache: createTemplateCache(), bell: createBell(clock), resting: new Map() },
  ]);
  return {
    store,
    clusters: new Map(clusters),
    policies,
    intervals,
    step: {
      attempts: options.attempts ?? 8,
      rounds: 3,
      backOff: { firstMs: intervals.backOffMs, maxMs: intervals.backOffMaxMs },
      lookMs: intervals.lookMs,
    },
    clock,
    random,
    logger,
    events: new ReplicationEvents(),
    extensions,
    extensionOf: new Map(extensions.flatMap((one) => one.kinds.map((kind) => [kind, one]))),
    owner: options.owner ?? nameOwner(random),
    startedAt: clock.now(),
  };
}

/** @throws ReplicationError CLUSTER_NOT_FOUND */
export function getCluster({ clusters }: Engine, clusterId: string): EngineCluster {
  const cluster = clusters.get(clusterId);
  if (cluster !== undefined) return cluster;
  const known = [...clusters.keys()].join(', ');
  throw new ReplicationError(
    'CLUSTER_NOT_FOUND',
    `There is no cluster "${clusterId}"; configured are: ${known}.`,
  );
}

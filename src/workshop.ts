import { createClassExtension } from './classes/work/class-extension.ts';
import { createClassService } from './classes/service/create-class-service.ts';
import type { ClassService } from './classes/service/class-service.ts';
import type { ClusterConfig, Config } from './config/config.ts';
import { revealConnection } from './config/reveal-connection.ts';
import type { Logger } from './log/logger.ts';
import { createProxmoxClient, type ProxmoxClient } from './proxmox/client.ts';
import type { ObservedCall } from './proxmox/client-options.ts';
import { createLimiter } from './proxmox/http/limiter.ts';
import { createReplicator } from './replication/create-replicator.ts';
import type { Replicator } from './replication/replicator.ts';
import type { Store } from './store/store.ts';
import type { TroubleTeller } from './tell-troubles.ts';
import type { Clock, Random } from './time/clock.ts';

/** Requests to all clusters together. */
const maxInFlight = 20;

export interface WorkshopOptions {
  readonly config: Config;
  readonly store: Store;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of each request to Proxmox when it is over. */
  observe(call: ObservedCall): void;
  /** Tells what goes wrong with clusters. */
  readonly troubles: TroubleTeller;
  /** Called when a template's row has changed. */
  onTemplate(): void;
}

/** What works with the configured clusters. Another configuration needs another one. */
export interface Workshop {
  /** Absent when offline: then Proxmox is never contacted. */
  readonly replicator: Replicator | undefined;
  readonly classes: ClassService;
  start(): Promise<void>;
  /** Ends in order; what is half done in Proxmox is adopted by the next one. */
  stop(): Promise<void>;
}

/** Connects the clusters with the store. Nothing is sent before the start. */
export function createWorkshop(options: WorkshopOptions): Workshop {
  const { config, store, logger, clock, random, troubles, onTemplate } = options;
  const clients = config.offline ? new Map<string, ProxmoxClient>() : connectClusters(options);
  const tools = { store, clients, clock, random, logger };
  const replicator = config.offline
    ? undefined
    : createReplicator({
        ...tools,
        policies: new Map(config.clusters.map((cluster) => [cluster.id, cluster.replication])),
        intervals: { runMs: config.replicationInterval, scanMs: config.scanInterval },
        runAtStart: config.replicateAtStart,
        extensions: [createClassExtension({ clock })],
      });
  replicator?.events.on('template', onTemplate);
  if (replicator) troubles.listen(replicator.events);
  return {
    replicator,
    classes: createClassService({ ...tools, replicator }),
    start: async () => replicator?.start(),
    stop: async () => {
      await replicator?.stop();
      for (const client of clients.values()) client.close();
    },
  };
}

function connectClusters({
  config,
  logger,
  clock,
  random,
  observe,
}: WorkshopOptions): Map<string, ProxmoxClient> {
  const limiter = createLimiter(maxInFlight);
  const connect = (cluster: ClusterConfig) =>
    createProxmoxClient({ connection: revealConnection(cluster), clock, random, logger, observe, limiter });
  return new Map(config.clusters.map((cluster) => [cluster.id, connect(cluster)]));
}

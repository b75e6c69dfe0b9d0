import type { ClusterConfig, Config } from './config/config.ts';
import { createClassExtension } from './classes/work/class-extension.ts';
import { createClassService } from './classes/service/create-class-service.ts';
import { revealConnection } from './config/reveal-connection.ts';
import { hideUrlPassword } from './config/secret.ts';
import type { Services } from './graphql/services.ts';
import type { Logger } from './log/logger.ts';
import { createProxmoxClient, type ProxmoxClient } from './proxmox/client.ts';
import { createLimiter } from './proxmox/http/limiter.ts';
import { createReplicator } from './replication/create-replicator.ts';
import type { Replicator } from './replication/replicator.ts';
import { createHubServer, type HubServer } from './server/server.ts';
import { recordConfiguredClusters } from './store/configured-clusters.ts';
import { openStore, type Store } from './store/store.ts';
import { systemClock, type Clock, type Random } from './time/clock.ts';
import { createWebhookSender } from './webhooks/webhook-sender.ts';
import { createWebhookService } from './webhooks/webhook-service.ts';

/** Requests to all clusters together. */
const maxInFlight = 20;

export interface TemplateHubOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Folder that a relative database file counts from; default: the working directory. */
  readonly folder?: string;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A composed Template Hub: everything is open, nothing runs until it is started. */
export interface TemplateHub {
  readonly store: Store;
  /** Absent when offline: then Proxmox is never contacted. */
  readonly replicator: Replicator | undefined;
  /** What the API's resolvers call; the command line calls it without a server. */
  readonly services: Services;
  readonly server: HubServer;
  /** Listens, and starts replication in the background. */
  start(): Promise<{ readonly url: string }>;
  /** Ends in order; what is half done in Proxmox is adopted at the next start. */
  stop(): Promise<void>;
}

/** Wires configuration, store, Proxmox clients, replication and the HTTP server together. */
export async function createTemplateHub(options: TemplateHubOptions): Promise<TemplateHub> {
  const { config, logger, clock = systemClock, random = Math.random } = options;
  const store = await openStore({ url: config.databaseUrl, folder: options.folder });
  logger.info(
    { database: hideUrlPassword(config.databaseUrl), applied: store.appliedMigrations },
    'Store opened',
  );
  for (const warning of config.warnings) logger.warn(warning);
  await recordConfiguredClusters(store, config.clusters);
  const clients = config.offline
    ? new Map<string, ProxmoxClient>()
    : connectClusters({ config, logger, clock, random });
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
  const sender = createWebhookSender(tools);
  replicator?.events.on('template', () => sender.nudge());
  const services = {
    replicator,
    classes: createClassService({ ...tools, replicator }),
    webhooks: createWebhookService(tools),
  };
  const server = createHubServer({ settings: readSettings(config), store, services, logger, clock });
  return {
    store,
    replicator,
    services,
    server,
    start: async () => {
      const { url } = await server.listen();
      sender.start();
      await replicator?.start();
      return { url };
    },
    stop: async () => {
      await server.close();
      await replicator?.stop();
      await sender.stop();
      for (const client of clients.values()) client.close();
      await store.close();
    },
  };
}

function readSettings(config: Config) {
  const { host, port, apiToken, graphiql, introspection, persistedOperations } = config;
  return { host, port, graphiql, introspection, persistedOperations, apiToken: apiToken?.reveal() };
}

function connectClusters(options: {
  config: Config;
  logger: Logger;
  clock: Clock;
  random: Random;
}): Map<string, ProxmoxClient> {
  const { config, logger, clock, random } = options;
  const limiter = createLimiter(maxInFlight);
  const connect = (cluster: ClusterConfig) =>
    createProxmoxClient({ connection: revealConnection(cluster), clock, random, logger, limiter });
  return new Map(config.clusters.map((cluster) => [cluster.id, connect(cluster)]));
}

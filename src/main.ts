import { Registry } from 'prom-client';
import { createTokenService } from './access/token-service.ts';
import type { Config } from './config/config.ts';
import { describeChanges } from './config/describe-changes.ts';
import { hideUrlPassword } from './secrets/hide-url-password.ts';
import type { Services } from './graphql/services.ts';
import type { Logger } from './log/logger.ts';
import type { Replicator } from './replication/replicator.ts';
import { createCallMetrics } from './call-metrics.ts';
import type { ServerSettings } from './server/options.ts';
import { createHubServer, type HubServer } from './server/server.ts';
import { recordConfiguredClusters } from './store/configured-clusters.ts';
import { openStore, type Store } from './store/store.ts';
import { TroubleTeller } from './tell-troubles.ts';
import { systemClock, type Clock, type Random } from './time/clock.ts';
import { sealAtStart } from './webhooks/seal-secrets.ts';
import { createAddressRule } from './names/address-rule.ts';
import { createSend } from './webhooks/send.ts';
import { createWebhookSender } from './webhooks/webhook-sender.ts';
import { createWebhookService } from './webhooks/webhook-service.ts';
import { createWorkshop, type Workshop } from './workshop.ts';

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
  /** Goes on with other clusters, credentials, certificates and policies, and tells what is another. Serves meanwhile. */
  reload(config: Config): Promise<readonly string[]>;
  /** Ends in order; what is half done in Proxmox is adopted at the next start. */
  stop(): Promise<void>;
}

/** Wires configuration, store, Proxmox clients, replication and the HTTP server together. */
export async function createTemplateHub(options: TemplateHubOptions): Promise<TemplateHub> {
  const { config, logger, clock = systemClock, random = Math.random } = options;
  const store = await openStore({
    url: config.databaseUrl,
    folder: options.folder,
    secretKeys: config.secretKeys?.map((key) => key.reveal()),
  });
  logger.info(
    { database: hideUrlPassword(config.databaseUrl), applied: store.appliedMigrations },
    'Store opened',
  );
  for (const warning of config.warnings) logger.warn(warning);
  await sealAtStart(store, logger);
  await recordConfiguredClusters(store, config.clusters);
  const tools = { store, clock, random, logger };
  const registry = new Registry();
  const observe = createCallMetrics(registry);
  const troubles = new TroubleTeller(logger, clock);
  const send = createSend(createAddressRule(config.webhookAllow));
  const sender = createWebhookSender({ ...tools, send });
  const workshops = createWorkshops(config, (given) =>
    createWorkshop({ ...tools, config: given, observe, troubles, onTemplate: () => sender.nudge() }),
  );
  const services = {
    get replicator() {
      return workshops.current().replicator;
    },
    get classes() {
      return workshops.current().classes;
    },
    webhooks: createWebhookService({ ...tools, send }),
    tokens: createTokenService(tools),
  };
  let { certificate } = config;
  const server = createHubServer({
    settings: readSettings(config),
    store,
    services,
    logger,
    clock,
    registry,
  });
  return {
    store,
    get replicator() {
      return workshops.current().replicator;
    },
    services,
    server,
    start: async () => {
      const { url } = await server.listen();
      if (await isOpen(config, store)) logger.warn(openWarning);
      sender.start();
      await workshops.start();
      return { url };
    },
    reload: async (given) => {
      const isOther = given.certificate !== undefined && given.certificate.cert !== certificate?.cert;
      if (isOther) server.useCertificate((certificate = given.certificate));
      const changes = await workshops.replace(given, () => recordConfiguredClusters(store, given.clusters));
      return isOther ? ['certificate of this server', ...changes] : changes;
    },
    stop: async () => {
      await Promise.all([server.close(), workshops.stop(), sender.stop()]);
      await store.close();
    },
  };
}

/** The workshop in use, and how another takes its place. */
interface Workshops {
  current(): Workshop;
  start(): Promise<void>;
  /** Where something is another: ends the one in use, calls `between`, starts the next. One after the other. */
  replace(config: Config, between: () => Promise<void>): Promise<readonly string[]>;
  stop(): Promise<void>;
}

function createWorkshops(first: Config, open: (config: Config) => Workshop): Workshops {
  let config = first;
  let workshop = open(first);
  let stopped = false;
  let turn: Promise<unknown> = Promise.resolve();
  const replaceNow = async (wanted: Config, between: () => Promise<void>) => {
    const changes = describeChanges(config, wanted);
    if (changes.length === 0 || stopped) return changes;
    await workshop.stop();
    try {
      await between();
      config = wanted;
    } finally {
      workshop = open(config);
      await workshop.start();
    }
    return changes;
  };
  return {
    current: () => workshop,
    start: () => workshop.start(),
    replace: (wanted, between) => {
      const replaced = turn.then(() => replaceNow(wanted, between));
      // Whoever asked hears of a failure; the next one does not.
      turn = replaced.catch(() => undefined);
      return replaced;
    },
    stop: async () => {
      stopped = true;
      await turn;
      await workshop.stop();
    },
  };
}

const openWarning =
  'There is no token: whoever is on this machine may do everything. Close it: hub token create <name> --role admin';

/** Whether nobody is asked for a token, as none was ever made. */
async function isOpen({ apiToken }: Config, { prisma }: Store): Promise<boolean> {
  return apiToken === undefined && (await prisma.apiToken.count()) === 0;
}

function readSettings(config: Config): ServerSettings {
  const { host, port, graphiql, introspection, persistedOperations, scanInterval, auditKeep } = config;
  const { apiToken, certificate, trustProxy, streams, connections } = config;
  return {
    host,
    port,
    graphiql,
    introspection,
    persistedOperations,
    scanInterval,
    auditKeep,
    certificate,
    trustProxy,
    streams,
    connections,
    apiToken: apiToken?.reveal(),
  };
}

import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { createAuditBook } from '../access/audit/audit-book.ts';
import { createTokenBook } from '../access/token-book.ts';
import { defaultLimits } from '../config/config.ts';
import { createContext } from '../graphql/context.ts';
import { createExecutor } from '../graphql/execution/executor.ts';
import { createPlanner } from '../graphql/planner/create-planner.ts';
import { createSchema } from '../graphql/schema.ts';
import { createRunStates } from '../graphql/subscriptions/run-states.ts';
import { createAnswerCache } from './answers/answer-cache.ts';
import { answerKnown } from './answers/answer-known.ts';
import { installAuthentication } from './authenticate.ts';
import { answerFrameworkError, installErrors } from './errors.ts';
import { checkPersistedOperations } from './graphql/check-persisted.ts';
import { createHubYoga } from './graphql/hub-yoga.ts';
import { createJudge } from './judge-request.ts';
import { createMetrics } from './metrics.ts';
import { oncePerTurn } from './once-per-turn.ts';
import { graphiqlRoute } from './routes/graphiql.ts';
import { graphqlRoute } from './routes/graphql.ts';
import { healthRoutes } from './routes/health.ts';
import { createStoreMetrics } from './metrics/store-metrics.ts';
import { metricsRoute } from './routes/metrics.ts';
import { openapiRoute } from './routes/openapi.ts';
import { createProbes, probeRoutes } from './routes/probes.ts';
import { restRoutes } from './routes/rest.ts';
import type { HubServerOptions } from './options.ts';
import { secureOptions } from './secure-app.ts';
import { createStoresByCaller } from './stores-by-caller.ts';
import { createStreamPlaces } from './stream-places.ts';
import { createStreamWatch } from './stream-watch.ts';

const defaultCacheBytes = 16_000_000;
/** Largest body, bytes. */
const bodyLimit = 100_000;
/** Longest parameter in a path, characters, before it is decoded: a name, percent-encoded. */
const maxParamLength = 8000;

/**
 * Makes the application: what every request goes through, in this order, and the routes. `closing` ends streams when the
 * server closes.
 */
export function createApp(options: HubServerOptions, closing: AbortSignal): FastifyInstance {
  const { settings, store, services, logger, clock } = options;
  const app = fastify({
    bodyLimit,
    requestTimeout: 30_000,
    keepAliveTimeout: 10_000,
    forceCloseConnections: 'idle',
    // Node looks at its connections every 30 s unless told.
    ...secureOptions(settings.certificate, { headersTimeout: 10_000, connectionsCheckingInterval: 1000 }),
    trustProxy: settings.trustProxy?.length ? [...settings.trustProxy] : false,
    genReqId: numberRequests(),
    routerOptions: { maxParamLength },
    frameworkErrors: answerFrameworkError,
  });
  app.server.maxConnections = settings.connections ?? defaultLimits.connections;
  const revision = { current: oncePerTurn(() => store.revision.current()) };
  const cache = createAnswerCache({
    revision,
    tables: store.tables,
    maxBytes: settings.cacheBytes ?? defaultCacheBytes,
  });
  const registry = options.registry ?? new Registry();
  const storeMetrics = createStoreMetrics({ store, clock, logger, registry });
  const metrics = createMetrics(registry, storeMetrics.refresh);
  const probes = createProbes({ store, services, clock, scanInterval: settings.scanInterval ?? 0 });
  takeBodiesAsTheyCome(app);
  installErrors(app, logger);
  metrics.install(app);
  const book = createTokenBook({ store, revision, clock, logger });
  app.addHook('onClose', () => book.settle());
  const judge = createJudge({ apiToken: settings.apiToken, book, clock });
  const audit = createAuditBook({ store, clock, logger, keep: settings.auditKeep ?? 0 });
  app.addHook('onClose', () => audit.settle());
  installAuthentication(app, { judge, logger, audit });
  answerKnown(app, cache, metrics);

  const schema = createSchema();
  checkPersistedOperations(schema, settings.persistedOperations);
  const executor = createExecutor({
    schema,
    introspection: settings.introspection ?? true,
    logger,
    clock,
    planner: createPlanner(schema, store),
  });
  const runStates = createRunStates(store);
  const storeFor = createStoresByCaller(store);
  const createContextFor = (unlimited: boolean) => (request: FastifyRequest, signal: AbortSignal) => {
    const { caller, id: requestId, ip: origin } = request;
    const asked = { caller, origin, audit, unlimited, trigger: 'MUTATION', requestId, signal } as const;
    return createContext({ ...asked, store: storeFor(caller), services, clock, runStates });
  };
  const shared = { cache, clock };
  const graphiql = settings.graphiql ?? true;
  const yoga = createHubYoga({ executor, persistedOperations: settings.persistedOperations, logger });
  void app.register(graphqlRoute, {
    ...shared,
    yoga,
    closing,
    createContext: createContextFor(false),
    streamWatch: createStreamWatch({ clock, judge }),
    streamPlaces: createStreamPlaces(settings.streams ?? defaultLimits.streams),
    graphiql,
  });
  void app.register(restRoutes, { ...shared, executor, createContext: createContextFor(true) });
  void app.register(healthRoutes, probes);
  void app.register(probeRoutes, probes);
  void app.register(metricsRoute, { metrics });
  void app.register(openapiRoute);
  if (graphiql) void app.register(graphiqlRoute, { storeFor });
  return app;
}

/** Names requests: a number of this server's life, which is named at random. */
function numberRequests(): () => string {
  const life = randomUUID().slice(0, 8);
  let count = 0;
  return () => `${life}-${(count += 1)}`;
}

/** Bodies are read whole and left as they are: what they mean is the route's business. */
function takeBodiesAsTheyCome(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // What is named is found faster than what falls under the star.
  const types = ['application/json', '*'];
  app.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

import type { DocumentNode } from 'graphql';
import { compileOperation } from '../graphql/compiled/compile.ts';
import type { TemplateRows } from '../graphql/compiled/template-rows.ts';
import { createContext, type GraphqlContext, type ViewerRole } from '../graphql/context.ts';
import { createExecutor } from '../graphql/execution/executor.ts';
import { createSchema } from '../graphql/schema.ts';
import { createRunStates } from '../graphql/subscriptions/run-states.ts';
import { createRestRoutes } from '../rest/routes.ts';
import { createAnswerCache } from './answer-cache.ts';
import { createAuthentication } from './authenticate.ts';
import { createAnswerAtOnce } from './graphql/answer-at-once.ts';
import { createGraphiqlPage } from './graphql/graphiql-page.ts';
import { createGraphqlHandler } from './graphql/handle-graphql.ts';
import { createHubYoga } from './graphql/hub-yoga.ts';
import type { HubRequest } from './http/hub-request.ts';
import type { ListenerOptions } from './listener.ts';
import { createMetrics } from './metrics.ts';
import { createRestHandler } from './rest-handler.ts';
import { createRouter } from './router.ts';
import type { HubServerOptions } from './server.ts';

const defaultCacheBytes = 16_000_000;

/**
 * Wires schema, REST routes, cache, authentication and metrics: everything that a listener needs. `reader` reads a
 * SQLite store past Prisma.
 */
export function createRoutes(
  { settings, store, services, logger, clock }: HubServerOptions,
  reader: TemplateRows | undefined,
): ListenerOptions {
  const introspection = settings.introspection ?? true;
  const schema = createSchema();
  const compile = reader && ((document: DocumentNode) => compileOperation(document, { schema, reader }));
  const executor = createExecutor({ schema, introspection, logger, clock, compile });
  const metrics = createMetrics();
  const maxBytes = settings.cacheBytes ?? defaultCacheBytes;
  const cache = createAnswerCache({ revision: store.revision, maxBytes });
  const runStates = createRunStates(store);
  const createContextFor =
    (role: ViewerRole) =>
    ({ requestId, signal }: HubRequest): GraphqlContext =>
      createContext({ store, services, clock, runStates, role, trigger: 'MUTATION', requestId, signal });
  const { persistedOperations } = settings;
  const graphql = createGraphqlHandler({
    yoga: createHubYoga({ executor, persistedOperations, logger }),
    cache,
    clock,
    createContext: createContextFor('ADMIN'),
    graphiql: (settings.graphiql ?? true) ? createGraphiqlPage() : undefined,
  });
  const findRoute = createRestRoutes(executor);
  const rest = createRestHandler({ findRoute, cache, createContext: createContextFor('INTERNAL') });
  return {
    authenticate: createAuthentication(settings.apiToken),
    route: createRouter({ graphql, rest, metrics, store, services }),
    cache,
    // Where only persisted operations are executed, yoga's plugin decides.
    answerAtOnce: persistedOperations?.only ? undefined : createAnswerAtOnce(executor),
    metrics,
    logger,
  };
}

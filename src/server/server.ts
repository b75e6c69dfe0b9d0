import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createContext, type GraphqlContext, type ViewerRole } from '../graphql/context.ts';
import { createExecutor } from '../graphql/execution/executor.ts';
import { createSchema } from '../graphql/schema.ts';
import type { Services } from '../graphql/services.ts';
import { createRunStates } from '../graphql/subscriptions/run-states.ts';
import type { Logger } from '../log/logger.ts';
import { createRestRoutes } from '../rest/routes.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { answerCondition, createAnswerCache } from './answer-cache.ts';
import { createAuthentication } from './authenticate.ts';
import { createGraphiqlPage } from './graphql/graphiql-page.ts';
import { createGraphqlHandler } from './graphql/handle-graphql.ts';
import { BodyTooLargeError, describeRequest, type HubRequest } from './http/hub-request.ts';
import { replyError, writeReply, type Reply } from './http/reply.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createRestHandler } from './rest-handler.ts';
import { createRouter, type Route } from './router.ts';

/** How the server is set up. */
export interface ServerSettings {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** The token that every route asks for. */
  readonly apiToken?: string;
  /** Whether GraphiQL is served. Default true. */
  readonly graphiql?: boolean;
  /** Whether clients may ask for the schema. Default true. */
  readonly introspection?: boolean;
  /** Bytes of answers that are kept in memory; 0 keeps none. Default 64 MB. */
  readonly cacheBytes?: number;
}

/** What the server is made of. */
export interface HubServerOptions {
  readonly settings: ServerSettings;
  readonly store: Store;
  readonly services: Services;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** The HTTP server: GraphQL, the REST routes, health and metrics. */
export interface HubServer {
  /** Starts to listen. */
  listen(): Promise<{ readonly url: string; readonly host: string; readonly port: number }>;
  /** Where it listens; empty before. */
  readonly url: string;
  /** Ends streams, waits for requests under way, and closes. */
  close(): Promise<void>;
}

/** Requests under way get this long to end when the server closes, milliseconds. */
const closeLimit = 5000;
const defaultCacheBytes = 64_000_000;

/** Makes the server; nothing listens yet. */
export function createHubServer(options: HubServerOptions): HubServer {
  const closing = new AbortController();
  const handle = createRequestHandler(options, closing.signal);
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 10_000 },
    handle,
  );
  let url = '';
  return {
    get url() {
      return url;
    },
    listen: async () => {
      const { host, port } = await listen(server, options.settings);
      url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      return { url, host, port };
    },
    close: () => {
      closing.abort();
      return close(server, options.clock);
    },
  };
}

function createRequestHandler(options: HubServerOptions, closing: AbortSignal) {
  const { settings, store, services, logger, clock } = options;
  const introspection = settings.introspection ?? true;
  const executor = createExecutor({ schema: createSchema(), introspection, logger, clock });
  const metrics = createMetrics();
  const cache = createAnswerCache({
    revision: store.revision,
    maxBytes: settings.cacheBytes ?? defaultCacheBytes,
  });
  const runStates = createRunStates(store);
  const createContextFor =
    (role: ViewerRole) =>
    ({ requestId, signal }: HubRequest): GraphqlContext =>
      createContext({ store, services, clock, runStates, role, requestId, signal });
  const route = createRouter({
    authenticate: createAuthentication(settings.apiToken),
    graphql: createGraphqlHandler({
      executor,
      cache,
      clock,
      createContext: createContextFor('ADMIN'),
      graphiql: (settings.graphiql ?? true) ? createGraphiqlPage() : undefined,
    }),
    rest: createRestHandler({
      findRoute: createRestRoutes(executor),
      cache,
      createContext: createContextFor('INTERNAL'),
    }),
    metrics,
    store,
    services,
  });
  return (message: IncomingMessage, response: ServerResponse): void => {
    const request = describeRequest(message, randomUUID(), watchClient(response, closing));
    void serve(request, response, { route, logger, metrics });
  };
}

interface ServeOptions {
  readonly route: Route;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Answers a request, counts it and logs it. */
async function serve(request: HubRequest, response: ServerResponse, options: ServeOptions): Promise<void> {
  const started = performance.now();
  const name = await answer(request, response, options);
  const milliseconds = performance.now() - started;
  options.metrics.count(name, response.statusCode, milliseconds / 1000);
  const { method, path, requestId } = request;
  const ms = Math.round(milliseconds);
  options.logger.debug({ requestId, method, path, status: response.statusCode, ms }, 'Request');
}

/** Aborted when the client goes before its answer is complete, or the server closes. */
function watchClient(response: ServerResponse, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const abort = () => gone.abort();
  closing.addEventListener('abort', abort, { once: true });
  response.once('close', () => {
    closing.removeEventListener('abort', abort);
    if (!response.writableFinished) abort();
  });
  return gone.signal;
}

/** Answers a request; what is thrown is a fault of the server, told in full in the log only. Returns the route's name. */
async function answer(
  request: HubRequest,
  response: ServerResponse,
  { route, logger }: ServeOptions,
): Promise<string> {
  const { requestId, headers, method } = request;
  const write = (reply: Reply) => {
    if (!response.headersSent) writeReply(response, reply, { withoutBody: method === 'HEAD', requestId });
  };
  const { name, reply } = route(request);
  try {
    const given = await reply;
    if ('stream' in given) await given.stream(response);
    else write(answerCondition(given, headers));
  } catch (error) {
    if (error instanceof BodyTooLargeError) write(replyError(413, error.message, { connection: 'close' }));
    else if (!request.signal.aborted) {
      logger.error({ requestId, err: error, method, path: request.path }, 'Request failed');
      write(
        replyError(
          500,
          `this is a fault of the server; its log tells more under the request id ${requestId}`,
        ),
      );
    }
    if (!response.writableEnded) response.destroy();
  }
  return name;
}

function listen(server: Server, { host, port }: ServerSettings): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ host, port: readPort(server.address()) });
    });
  });
}

function readPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port');
  return address.port;
}

async function close(server: Server, clock: Clock): Promise<void> {
  if (!server.listening) return;
  const done = new AbortController();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const tooLong = clock.sleep(closeLimit, done.signal).then(
    () => server.closeAllConnections(),
    (error: unknown) => {
      if (!done.signal.aborted) throw error;
    },
  );
  await Promise.race([closed, tooLong]);
  await closed;
  done.abort();
}

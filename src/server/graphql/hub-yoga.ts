import { GraphQLError } from 'graphql';
import { YogaServer } from 'graphql-yoga';
import { z } from 'zod';
import type { PersistedOperations } from '../../config/config.ts';
import type { Executor } from '../../graphql/execution/executor.ts';
import type { Logger } from '../../log/logger.ts';
import { useExecutor } from './plugins/use-executor.ts';
import { useJsonOnly } from './plugins/use-json-only.ts';
import { usePersistedOperations } from './plugins/use-persisted-operations.ts';
import { useWellFormedParams } from './plugins/use-well-formed-params.ts';
import type { YogaContext } from './yoga-context.ts';
import { webRequest, webResponse, YogaResponse, type YogaRequest } from './yoga-messages.ts';

/** What yoga is made of here. */
export interface HubYogaOptions {
  readonly executor: Executor;
  readonly persistedOperations: PersistedOperations | undefined;
  readonly logger: Pick<Logger, 'error'>;
}

/** Yoga as this server asks it. */
export interface HubYoga {
  answer(request: YogaRequest, context: YogaContext): Promise<YogaResponse>;
}

/**
 * GraphQL over HTTP: requests, media types, statuses and server-sent events are yoga's; the rest are plugins. Yoga is
 * asked without its adapter to HTTP servers: Fastify is one, and what the adapter does once more for each request (another
 * context, another signal, the web's messages) takes a fifth of the time of a page of templates.
 */
export function createHubYoga({ executor, persistedOperations, logger }: HubYogaOptions): HubYoga {
  const yoga = new YogaServer<YogaContext, object>({
    schema: executor.schema,
    fetchAPI: { Response: webResponse.parse(YogaResponse) },
    graphqlEndpoint: '/graphql',
    plugins: [
      useJsonOnly(),
      useWellFormedParams(),
      usePersistedOperations(persistedOperations),
      useExecutor(executor),
    ],
    extraParamNames: ['documentId'],
    maskedErrors: { maskError: (error) => maskFault(error, logger) },
    parserAndValidationCache: false,
    // The listener has limited and read the body already; yoga's limit would send it through a stream once more.
    maxRequestBodySize: false,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });
  return {
    answer: async (request, context) =>
      answered.parse(await yoga.handle(webRequest.parse(request), { ...context, waitUntil: refuseToWait })),
  };
}

const answered = z.instanceof(YogaResponse);

/** Nothing that yoga is asked here goes on after its answer. */
function refuseToWait(): void {
  throw new TypeError('nothing outlives its request');
}

/** Errors of execution come masked from the executor; what is left is told by yoga itself, or is a fault. */
function maskFault(error: unknown, logger: Pick<Logger, 'error'>): Error {
  if (error instanceof GraphQLError) return withCode(error);
  logger.error({ err: error }, 'GraphQL request failed');
  const extensions = { code: 'INTERNAL_SERVER_ERROR' };
  return new GraphQLError('This is a fault of the server. Its log tells more.', { extensions });
}

function withCode(error: GraphQLError): GraphQLError {
  if (typeof error.extensions['code'] === 'string') return error;
  const extensions = { ...error.extensions, code: 'BAD_REQUEST' };
  return new GraphQLError(error.message, { nodes: error.nodes, path: error.path, extensions });
}

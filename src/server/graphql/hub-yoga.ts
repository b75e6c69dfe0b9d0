import { GraphQLError } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { PersistedOperations } from '../../config/config.ts';
import type { Executor } from '../../graphql/execution/executor.ts';
import type { Logger } from '../../log/logger.ts';
import { useExecutor } from './plugins/use-executor.ts';
import { useJsonOnly } from './plugins/use-json-only.ts';
import { usePersistedOperations } from './plugins/use-persisted-operations.ts';
import { useWellFormedParams } from './plugins/use-well-formed-params.ts';
import type { YogaContext } from './yoga-context.ts';

/** What yoga is made of here. */
export interface HubYogaOptions {
  readonly executor: Executor;
  readonly persistedOperations: PersistedOperations | undefined;
  readonly logger: Pick<Logger, 'error'>;
}

/** GraphQL over HTTP: requests, media types, statuses and server-sent events are yoga's; the rest are plugins. */
export function createHubYoga({ executor, persistedOperations, logger }: HubYogaOptions) {
  return createYoga<YogaContext>({
    schema: executor.schema,
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

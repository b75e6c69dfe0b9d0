import { GraphQLError, type ExecutionResult } from 'graphql';
import type { GraphqlContext } from '../../graphql/context.ts';
import type { Executor } from '../../graphql/execution/executor.ts';
import type { PreparedOperation } from '../../graphql/execution/prepare.ts';
import type { Clock } from '../../time/clock.ts';
import type { AnswerCache, CacheableReply } from '../answer-cache.ts';
import type { HubRequest } from '../http/hub-request.ts';
import { replyError, type Reply, type StreamReply } from '../http/reply.ts';
import { streamEvents } from './event-stream.ts';
import { createNegotiation, type MediaType } from './negotiate.ts';
import type { FindDocument } from './persisted-operations.ts';
import { ParamsError, readParams, type GraphqlParams } from './read-params.ts';

/** What the GraphQL route is made of. */
export interface GraphqlHandlerOptions {
  readonly executor: Executor;
  readonly cache: AnswerCache;
  readonly clock: Clock;
  readonly findDocument: FindDocument;
  createContext(request: HubRequest): GraphqlContext;
  /** GraphiQL's page; absent when it is not served. */
  readonly graphiql?: (request: HubRequest) => Promise<Reply>;
}

const allowed = 'GET, HEAD, POST, OPTIONS';
const offered = ['application/json', 'application/graphql-response+json', 'text/event-stream'] as const;
const chooseType = createNegotiation(offered);
const choosePage = createNegotiation(['application/json', 'application/graphql-response+json', 'text/html']);

/** Makes the handler of /graphql: GraphQL over HTTP, server-sent events, and GraphiQL for browsers. */
export function createGraphqlHandler(options: GraphqlHandlerOptions) {
  return async (request: HubRequest): Promise<Reply | StreamReply> => {
    const { method, headers } = request;
    if (method === 'OPTIONS') return { status: 204, headers: { allow: allowed }, body: '' };
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      return replyError(405, `${method} is not served here`, { allow: allowed });
    }
    if (options.graphiql && wantsPage(request)) return options.graphiql(request);
    const type = chooseType(headers.accept);
    if (!type) return replyError(406, `the answer comes as ${offered.join(' or ')}`);
    try {
      return await answerParams(readParams(request), { ...options, request, type });
    } catch (error) {
      if (!(error instanceof ParamsError)) throw error;
      return replyErrors(error.status, type, [
        new GraphQLError(error.message, { extensions: { code: 'BAD_REQUEST' } }),
      ]);
    }
  };
}

interface Exchange extends GraphqlHandlerOptions {
  readonly request: HubRequest;
  readonly type: MediaType;
}

function wantsPage({ method, headers, search }: HubRequest): boolean {
  if (method === 'POST' || new URLSearchParams(search).has('query')) return false;
  return choosePage(headers.accept) === 'text/html';
}

async function answerParams(params: GraphqlParams, exchange: Exchange): Promise<Reply | StreamReply> {
  const { executor, request, type, cache, findDocument } = exchange;
  const document = findDocument(params);
  if (document instanceof GraphQLError) return replyErrors(statusOfRefusal(type), type, [document]);
  const operation = executor.prepare(document, params.operationName);
  if ('errors' in operation) return replyErrors(statusOfRefusal(type), type, operation.errors);
  if (operation.kind !== 'query' && request.method !== 'POST') {
    const message = `a ${operation.kind} is sent by POST`;
    if (operation.kind === 'mutation') return replyError(405, message, { allow: 'POST' });
    if (type !== 'text/event-stream') return replyError(406, `${message}, or read as text/event-stream`);
  }
  if (type === 'text/event-stream') return startStream(operation, params, exchange);
  if (operation.kind === 'subscription')
    return replyError(406, 'a subscription is read as text/event-stream');
  const work = () => executeToReply(operation, params, exchange);
  return operation.kind === 'mutation' ? work() : cache.answer(request.key, work);
}

async function executeToReply(
  operation: PreparedOperation,
  params: GraphqlParams,
  { executor, request, type, createContext }: Exchange,
): Promise<CacheableReply> {
  const { variables } = params;
  const headers = { 'content-type': `${type}; charset=utf-8` };
  const text = executor.answerAtOnce(operation, variables);
  if (text !== undefined) return { status: 200, headers, body: text, keep: true };
  const { signal } = request;
  const result = await executor.execute(operation, { variables, context: createContext(request), signal });
  return {
    status: statusOfResult(result, type),
    headers,
    body: JSON.stringify(result),
    keep: result.errors === undefined,
  };
}

async function startStream(
  operation: PreparedOperation,
  params: GraphqlParams,
  { executor, request, clock, createContext }: Exchange,
): Promise<StreamReply> {
  const { requestId, signal } = request;
  const given = { variables: params.variables, context: createContext(request), signal };
  const started =
    operation.kind === 'subscription'
      ? await executor.subscribe(operation, given)
      : await executor.execute(operation, given);
  const results = Symbol.asyncIterator in started ? started : yieldOne(started);
  return { stream: (response) => streamEvents({ results, response, clock, requestId, signal }) };
}

async function* yieldOne(result: ExecutionResult): AsyncGenerator<ExecutionResult> {
  yield result;
}

/** Plain JSON clients look into the body only; others are told by the status, too. */
function statusOfRefusal(type: MediaType): number {
  return type === 'application/graphql-response+json' ? 400 : 200;
}

function statusOfResult({ data, errors }: ExecutionResult, type: MediaType): number {
  if (type !== 'application/graphql-response+json' || !errors || data) return 200;
  return errors.some(({ extensions }) => extensions['code'] === 'INTERNAL_SERVER_ERROR') ? 500 : 400;
}

function replyErrors(status: number, type: MediaType, errors: readonly GraphQLError[]): Reply {
  const shown = type === 'text/event-stream' ? 'application/json' : type;
  return {
    status,
    headers: { 'content-type': `${shown}; charset=utf-8` },
    body: JSON.stringify({ errors }),
  };
}

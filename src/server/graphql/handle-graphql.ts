import type { GraphqlContext } from '../../graphql/context.ts';
import type { Clock } from '../../time/clock.ts';
import type { AnswerCache, CacheableReply } from '../answer-cache.ts';
import type { HubRequest } from '../http/hub-request.ts';
import { replyError, type Reply, type StreamReply } from '../http/reply.ts';
import type { createHubYoga } from './hub-yoga.ts';
import { createNegotiation } from './negotiate.ts';
import { streamBody } from './stream-body.ts';
import type { YogaContext } from './yoga-context.ts';

/** What the GraphQL route is made of. */
export interface GraphqlHandlerOptions {
  readonly yoga: ReturnType<typeof createHubYoga>;
  readonly cache: AnswerCache;
  readonly clock: Clock;
  createContext(request: HubRequest): GraphqlContext;
  /** GraphiQL's page; absent when it is not served. */
  readonly graphiql?: (request: HubRequest) => Promise<Reply>;
}

const allowed = 'GET, HEAD, POST, OPTIONS';
const choosePage = createNegotiation(['application/json', 'application/graphql-response+json', 'text/html']);

/** Makes the handler of /graphql, for all that was not answered at once: yoga's answers, kept where they may be. */
export function createGraphqlHandler(options: GraphqlHandlerOptions) {
  return async (request: HubRequest): Promise<Reply | StreamReply> => {
    const { method } = request;
    if (method === 'OPTIONS') return { status: 204, headers: { allow: allowed }, body: '' };
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      return replyError(405, `${method} is not served here`, { allow: allowed });
    }
    if (options.graphiql && wantsPage(request)) return options.graphiql(request);
    return options.cache.answer(request.key, () => askYoga(request, options));
  };
}

function wantsPage({ method, headers, search }: HubRequest): boolean {
  if (method === 'POST' || new URLSearchParams(search).has('query')) return false;
  return choosePage(headers.accept) === 'text/html';
}

async function askYoga(
  request: HubRequest,
  { yoga, clock, createContext }: GraphqlHandlerOptions,
): Promise<CacheableReply | StreamReply> {
  const { path, search, signal, requestId } = request;
  const asked: YogaContext = { hub: { context: createContext(request), keep: false } };
  const body = request.body && new Uint8Array(request.body);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const url = `http://localhost${path}${search ? `?${search}` : ''}`;
  const init = { method, headers: readHeaders(request), body, signal };
  const response = await yoga.fetch(new yoga.fetchAPI.Request(url, init), asked);
  const headers = readAnswerHeaders(response);
  const { body: stream } = response;
  if (stream && headers['content-type']?.startsWith('text/event-stream')) {
    return { stream: (to) => streamBody({ headers, body: stream, response: to, clock, requestId, signal }) };
  }
  return { status: response.status, headers, body: await response.text(), keep: asked.hub.keep };
}

/** What yoga looks at; the rest is the server's own business. */
function readHeaders({ headers }: HubRequest): Record<string, string> {
  const { accept } = headers;
  const type = headers['content-type'];
  return { ...(accept !== undefined && { accept }), ...(type !== undefined && { 'content-type': type }) };
}

/** Lower-case names; the length is the writer's business. */
function readAnswerHeaders(response: Response): Record<string, string> {
  const headers = Array.from(response.headers, ([name, value]) => [name.toLowerCase(), value]);
  return Object.fromEntries(headers.filter(([name]) => name !== 'content-length' && name !== 'connection'));
}

import type { Services } from '../graphql/services.ts';
import type { Store } from '../store/store.ts';
import { replyLive, replyReady } from './health.ts';
import type { HubRequest } from './http/hub-request.ts';
import { replyError, type Reply, type StreamReply } from './http/reply.ts';
import type { Metrics } from './metrics.ts';
import { createOpenApiReply } from './openapi-reply.ts';

type Handle = (request: HubRequest) => Promise<Reply | StreamReply>;

/** What the paths lead to. */
export interface RouterOptions {
  readonly graphql: Handle;
  readonly rest: Handle;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly services: Services;
}

/** Finds what answers a request. `name` is one of a few words, for metrics. */
export type Route = (request: HubRequest) => { name: string; reply: Promise<Reply | StreamReply> };

const readMethods = 'GET, HEAD, OPTIONS';

/** Makes the router. */
export function createRouter(options: RouterOptions): Route {
  const plain: Record<string, () => Reply | Promise<Reply>> = {
    '/': () => ({ status: 302, headers: { location: '/graphql' }, body: '' }),
    '/health': () => replyReady(options.store, options.services),
    '/health/live': replyLive,
    '/health/ready': () => replyReady(options.store, options.services),
    '/metrics': () => options.metrics.reply(),
    '/openapi.json': createOpenApiReply(),
  };
  return (request) => {
    if (request.path === '/graphql') return { name: 'graphql', reply: options.graphql(request) };
    if (request.path.startsWith('/api/')) return { name: 'rest', reply: options.rest(request) };
    const handle = Object.hasOwn(plain, request.path) ? plain[request.path] : undefined;
    if (handle) return { name: request.path, reply: answerRead(request, handle) };
    return { name: 'unknown', reply: Promise.resolve(replyError(404, 'there is nothing at this path')) };
  };
}

/** Answers GET and HEAD; OPTIONS and other methods are told what is allowed. */
export async function answerRead(
  { method }: HubRequest,
  handle: () => Reply | Promise<Reply>,
): Promise<Reply> {
  if (method === 'OPTIONS') return { status: 204, headers: { allow: readMethods }, body: '' };
  if (method === 'GET' || method === 'HEAD') return handle();
  return replyError(405, `${method} is not served here`, { allow: readMethods });
}

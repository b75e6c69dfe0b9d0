import type { ServerResponse } from 'node:http';
import type { Logger } from '../log/logger.ts';
import { answerCondition } from './answer-cache.ts';
import type { HubRequest } from './http/hub-request.ts';
import { makeReady, replyError, writeReply, type Reply } from './http/reply.ts';
import type { Metrics } from './metrics.ts';
import type { Route } from './router.ts';

/** What routes are served with. */
export interface ServeOptions {
  readonly route: Route;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Answers a request, counts it and logs it. */
export async function serveRoute(
  request: HubRequest,
  response: ServerResponse,
  options: ServeOptions,
): Promise<void> {
  const started = performance.now();
  const name = await routeRequest(request, response, options);
  const milliseconds = performance.now() - started;
  options.metrics.count(name, response.statusCode, milliseconds / 1000);
  const { method, path, requestId } = request;
  const ms = Math.round(milliseconds);
  options.logger.debug({ requestId, method, path, status: response.statusCode, ms }, 'Request');
}

/** Aborted when the client goes before its answer is complete, or the server closes. */
export function watchClient(response: ServerResponse, closing: AbortSignal): AbortSignal {
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
async function routeRequest(
  request: HubRequest,
  response: ServerResponse,
  { route, logger }: ServeOptions,
): Promise<string> {
  const { requestId, headers, method, path } = request;
  const write = (reply: Reply) => {
    if (response.headersSent) return;
    writeReply(response, makeReady(reply), { withoutBody: method === 'HEAD', requestId });
  };
  const { name, reply } = route(request);
  try {
    const given = await reply;
    if ('stream' in given) await given.stream(response);
    else write(answerCondition(given, headers));
  } catch (error) {
    if (!request.signal.aborted) {
      logger.error({ requestId, err: error, method, path }, 'Request failed');
      const message = `this is a fault of the server; its log tells more under the request id ${requestId}`;
      write(replyError(500, message));
    }
    if (!response.writableEnded) response.destroy();
  }
  return name;
}

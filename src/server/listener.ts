import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../log/logger.ts';
import { answerCondition, keyOfRequest, type AnswerCache } from './answer-cache.ts';
import type { Authenticate } from './authenticate.ts';
import { HubRequest } from './http/hub-request.ts';
import { readBody } from './http/read-body.ts';
import { makeReady, replyError, writeReply, type Reply } from './http/reply.ts';
import type { Metrics } from './metrics.ts';
import type { Route } from './router.ts';

/** What a listener needs. */
export interface ListenerOptions {
  readonly authenticate: Authenticate;
  readonly route: Route;
  readonly cache: AnswerCache;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** A request with its whole body, on its way. */
interface Arrived {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer | undefined;
}

/**
 * Makes what node:http calls for each request. An answer that is known is written at once; nothing else is made for such
 * a request, so it costs about what Node itself takes.
 */
export function createListener(options: ListenerOptions, closing: AbortSignal) {
  return (message: IncomingMessage, response: ServerResponse): void => {
    const refused = options.authenticate(message.headers);
    if (refused) {
      // What is left of a body is not read: the connection can not be used again, and the client is told so.
      const headers =
        message.method === 'POST' ? { ...refused.headers, connection: 'close' } : refused.headers;
      finish(response, { ...refused, headers }, message.method);
      options.metrics.count('refused', refused.status, 0);
    } else if (message.method === 'POST') {
      readBody(
        message,
        (body) => answer({ message, response, body }, options, closing),
        () => refuseBody(response, options),
      );
    } else answer({ message, response, body: undefined }, options, closing);
  };
}

function answer(arrived: Arrived, options: ListenerOptions, closing: AbortSignal): void {
  const { message, response, body } = arrived;
  const key = keyOfRequest(message, body);
  const known = options.cache.find(key);
  if (known) {
    const withoutBody = message.method === 'HEAD';
    const condition = answerCondition(known.reply, message.headers);
    const ready = condition === known.reply ? known.ready : makeReady(condition);
    writeReply(response, ready, { withoutBody });
    options.metrics.count('known', response.statusCode, 0);
    return;
  }
  const request = new HubRequest(message, {
    requestId: randomUUID(),
    key,
    body,
    watchClient: () => watchClient(response, closing),
  });
  void serve(request, response, options);
}

function refuseBody(response: ServerResponse, { metrics }: ListenerOptions): void {
  finish(response, replyError(413, 'the body is too large', { connection: 'close' }), 'POST');
  metrics.count('refused', 413, 0);
}

function finish(response: ServerResponse, reply: Reply, method: string | undefined): void {
  writeReply(response, makeReady(reply), { withoutBody: method === 'HEAD' });
}

/** Answers a request, counts it and logs it. */
async function serve(request: HubRequest, response: ServerResponse, options: ListenerOptions): Promise<void> {
  const started = performance.now();
  const name = await routeRequest(request, response, options);
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
async function routeRequest(
  request: HubRequest,
  response: ServerResponse,
  { route, logger }: ListenerOptions,
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

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerCondition, keyOfRequest, type AnswerCache } from './answer-cache.ts';
import type { Authenticate } from './authenticate.ts';
import type { AnswerAtOnce } from './graphql/answer-at-once.ts';
import { HubRequest } from './http/hub-request.ts';
import { readBody } from './http/read-body.ts';
import { makeReady, replyError, writeReply, type Reply } from './http/reply.ts';
import { serveRoute, watchClient, type ServeOptions } from './serve-route.ts';

/** What a listener needs. */
export interface ListenerOptions extends ServeOptions {
  readonly authenticate: Authenticate;
  readonly cache: AnswerCache;
  /** Answers the commonest queries; absent where none may be answered so. */
  readonly answerAtOnce?: AnswerAtOnce;
}

/** A request with its whole body, on its way. */
interface Arrived {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer | undefined;
}

/**
 * Makes what node:http calls for each request. What is known, and what can be answered at once, is written before
 * anything else is made for a request: it costs little more than what Node itself takes.
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
  if (answerNow(arrived, key, options)) return;
  const watch = () => watchClient(response, closing);
  const request = new HubRequest(message, { requestId: randomUUID(), key, body, watchClient: watch });
  void serveRoute(request, response, options);
}

/** Whether the request could be answered at once. What goes wrong with that, the general way meets and tells, too. */
function answerNow(
  { message, response, body }: Arrived,
  key: string,
  { cache, answerAtOnce, metrics, logger }: ListenerOptions,
): boolean {
  if (!answerAtOnce) return false;
  const started = performance.now();
  let reply: Reply | undefined;
  try {
    reply = cache.answerAtOnce(key, () => answerAtOnce(message, body));
  } catch (error) {
    logger.warn({ err: error }, 'A compiled query failed');
  }
  if (!reply) return false;
  finish(response, answerCondition(reply, message.headers), message.method);
  metrics.count('graphql', response.statusCode, (performance.now() - started) / 1000);
  return true;
}

function refuseBody(response: ServerResponse, { metrics }: ListenerOptions): void {
  finish(response, replyError(413, 'the body is too large', { connection: 'close' }), 'POST');
  metrics.count('refused', 413, 0);
}

function finish(response: ServerResponse, reply: Reply, method: string | undefined): void {
  writeReply(response, makeReady(reply), { withoutBody: method === 'HEAD' });
}

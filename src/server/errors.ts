import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../log/logger.ts';
import { replyError } from './answers/reply.ts';
import { sendReply } from './answers/send-reply.ts';

/**
 * One place for what goes wrong outside GraphQL: `{"error": "…"}`. What is thrown is a fault of the server, told in full
 * in the log only, unless the client has gone: then nobody waits for an answer and nothing is wrong.
 */
export function installErrors(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_request, reply) =>
    sendReply(reply, replyError(404, 'there is nothing at this path')),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (isRefusal(error)) answerFrameworkError(error, request, reply);
    else if (!reply.raw.destroyed) answerFault(error, { request, reply, logger });
  });
}

function answerFault(
  error: unknown,
  { request, reply, logger }: { request: FastifyRequest; reply: FastifyReply; logger: Logger },
): void {
  const { id: requestId, method, url } = request;
  logger.error({ requestId, err: error, method, path: url.split('?')[0] }, 'Request failed');
  const message = `this is a fault of the server; its log tells more under the request id ${requestId}`;
  sendReply(reply, replyError(500, message));
}

/** What Fastify itself refuses before a route is asked. */
export function answerFrameworkError(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const status = error.statusCode ?? 400;
  const headers: Record<string, string> = status === 413 ? { connection: 'close' } : {};
  sendReply(reply, replyError(status, wordsFor(error), headers));
}

function isRefusal({ statusCode = 500 }: FastifyError): boolean {
  return statusCode < 500;
}

/** Names of templates are all that a path can hold that is decoded. */
function wordsFor({ code, message }: FastifyError): string {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'the body is too large';
  if (code === 'FST_ERR_BAD_URL') return 'name must be percent-encoded UTF-8';
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return 'the path is too long';
  return message;
}

import type { FastifyReply } from 'fastify';
import { answerCondition } from './condition.ts';
import { securityHeaders, type Reply } from './reply.ts';

/** Sends a reply, or 304 where the client has it already. */
export function sendReply(reply: FastifyReply, given: Reply): FastifyReply {
  const { status, headers, body } = answerCondition(given, reply.request.headers);
  void reply.code(status).headers({ ...securityHeaders, 'x-request-id': reply.request.id, ...headers });
  return reply.send(status === 304 || status === 204 ? undefined : body);
}

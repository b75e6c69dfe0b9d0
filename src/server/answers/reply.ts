import type { FastifyReply } from 'fastify';
import { answerCondition } from './condition.ts';

/** What a route answers. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Content type of plain JSON answers. */
export const jsonType = 'application/json; charset=utf-8';

/** Headers of every answer: nothing of this server is to be taken for another type, or read into another site's page. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** A JSON answer. It ends with a newline, as the predecessor's did. */
export function replyJson(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers: { 'content-type': jsonType, ...headers }, body: `${JSON.stringify(value)}\n` };
}

/** An error outside GraphQL: `{"error": "…"}`. */
export function replyError(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return replyJson(status, { error: message }, headers);
}

/** Sends a reply, or 304 where the client has it already. */
export function sendReply(reply: FastifyReply, given: Reply): FastifyReply {
  const { status, headers, body } = answerCondition(given, reply.request.headers);
  void reply.code(status).headers({ ...securityHeaders, 'x-request-id': reply.request.id, ...headers });
  return reply.send(status === 304 || status === 204 ? undefined : body);
}

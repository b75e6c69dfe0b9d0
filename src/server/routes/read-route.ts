import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { replyError, type Reply } from '../answers/reply.ts';
import { sendReply } from '../answers/send-reply.ts';

const others = ['POST', 'PUT', 'PATCH', 'DELETE'];
const readMethods = 'GET, HEAD, OPTIONS';

/** A route that is only read: GET and HEAD are answered, OPTIONS and other methods are told what is allowed. */
export function readRoute(
  app: FastifyInstance,
  url: string,
  answer: (
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Reply | FastifyReply | Promise<Reply | FastifyReply>,
): void {
  app.get(url, async (request, reply) => {
    const given = await answer(request, reply);
    return 'body' in given ? sendReply(reply, given) : given;
  });
  refuseOtherMethods(app, { url, methods: others, allowed: readMethods });
}

/** Tells OPTIONS what is allowed, and refuses `methods`, before a body is read. */
export function refuseOtherMethods(
  app: FastifyInstance,
  { url, methods, allowed }: { url: string; methods: string[]; allowed: string },
): void {
  app.options(url, (_request, reply) =>
    sendReply(reply, { status: 204, headers: { allow: allowed }, body: '' }),
  );
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    sendReply(reply, replyError(405, `${request.method} is not served here`, { allow: allowed }));
  };
  app.route({ method: methods, url, onRequest: refuse, handler: refuse });
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nobody, writeSight, type Caller } from '../access/caller.ts';
import type { Logger } from '../log/logger.ts';
import { replyError, type Reply } from './answers/reply.ts';
import { sendReply } from './answers/send-reply.ts';
import type { JudgeRequest, Judged } from './judge-request.ts';
import { openPaths } from './routes/probes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it. */
    caller: Caller;
    /** What they may see, as a text: equal for all who are answered the same. */
    sight: string;
  }
}

/** Lets in or refuses each request, before anything else is done for it, and writes on it who sent it. */
export function installAuthentication(
  app: FastifyInstance,
  { judge, logger }: { judge: JudgeRequest; logger: Pick<Logger, 'error'> },
): void {
  app.decorateRequest('caller');
  app.decorateRequest('sight', '');
  app.addHook('onRequest', (request, reply, next) => {
    const finish = (judged: Judged): void => {
      if ('refused' in judged) return refuse(request, reply, judged.refused);
      admit(request, judged.caller);
      next();
    };
    if (openPaths.has(request.url)) return finish({ caller: nobody });
    const judged = judge(request.headers);
    if (!(judged instanceof Promise)) return finish(judged);
    void judged.then(finish, (error: unknown) => {
      logger.error({ requestId: request.id, err: error }, 'Tokens cannot be read from the store');
      refuse(request, reply, replyError(503, 'the store does not answer: nobody can be let in'));
    });
  });
}

function admit(request: FastifyRequest, caller: Caller): void {
  request.caller = caller;
  request.sight = writeSight(caller);
}

function refuse(request: FastifyRequest, reply: FastifyReply, refused: Reply): void {
  // What is left of a body is not read: the connection can not be used again, and the client is told so.
  const headers: Record<string, string> = request.method === 'POST' ? { connection: 'close' } : {};
  sendReply(reply, { ...refused, headers: { ...refused.headers, ...headers } });
}

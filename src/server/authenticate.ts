import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditBook } from '../access/audit/audit-book.ts';
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

/** What authentication is made of. */
export interface AuthenticationOptions {
  readonly judge: JudgeRequest;
  readonly logger: Pick<Logger, 'error'>;
  readonly audit: AuditBook;
}

/** Lets in or refuses each request, before anything else is done for it, and writes on it who sent it. */
export function installAuthentication(
  app: FastifyInstance,
  { judge, logger, audit }: AuthenticationOptions,
): void {
  app.decorateRequest('caller');
  app.decorateRequest('sight', '');
  app.addHook('onResponse', (request, reply, done) => {
    const code = refusals[reply.raw.statusCode];
    if (code !== undefined) audit.refuse({ ...describeRequest(request), code });
    done();
  });
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

/** Statuses of refusals, as words for the books. */
const refusals: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' };

/** Characters of a path in the books. */
const longestPath = 200;

function describeRequest({ caller, ip: origin, method, url }: FastifyRequest) {
  const [path = ''] = url.split('?');
  return { caller, origin, what: `${method} ${path.slice(0, longestPath)}` };
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

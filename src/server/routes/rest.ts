import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphqlContext } from '../../graphql/context.ts';
import type { Executor } from '../../graphql/execution/executor.ts';
import { createRestRoutes, type RestRoute } from '../../rest/routes.ts';
import { keyOfRequest, type AnswerCache, type CacheableReply } from '../answers/answer-cache.ts';
import { jsonType, replyJsonText, securityHeaders } from '../answers/reply.ts';
import { sendReply } from '../answers/send-reply.ts';
import { watchClient } from '../watch-client.ts';
import { readRoute } from './read-route.ts';

/** What the REST routes are made of. */
export interface RestOptions {
  readonly executor: Executor;
  readonly cache: AnswerCache;
  createContext(request: FastifyRequest, signal: AbortSignal): GraphqlContext;
}

/** An answer that is sent in pieces, and not kept. */
interface LargeAnswer {
  readonly pieces: AsyncIterable<string>;
}

/** The routes of the predecessor, below /api. Answers without a fault are kept until something is written. */
export async function restRoutes(app: FastifyInstance, options: RestOptions): Promise<void> {
  const { list, nodes, stats, byName } = createRestRoutes(options.executor);
  const serve = (url: string, route: RestRoute) =>
    readRoute(app, url, async (request, reply) => {
      const given = await options.cache.answer<LargeAnswer>(keyOfRequest(request), () =>
        ask(route, { request, reply, options }),
      );
      return 'pieces' in given ? sendPieces(reply, given.pieces) : sendReply(reply, given);
    });
  serve('/api/templates', list);
  serve('/api/templates/nodes', nodes);
  serve('/api/templates/stats', stats);
  serve('/api/templates/by-name/:name', byName);
}

async function ask(
  route: RestRoute,
  { request, reply, options }: { request: FastifyRequest; reply: FastifyReply; options: RestOptions },
): Promise<CacheableReply | LargeAnswer> {
  const signal = watchClient(reply);
  const [path, search] = splitOnce(request.url, '?');
  const context = options.createContext(request, signal);
  const answer = await route.answer({ path, query: new URLSearchParams(search), context, signal });
  const { status, json, headers } = answer;
  if (typeof json !== 'string') return { pieces: json };
  return { ...replyJsonText(status, json, headers), keep: status === 200, models: route.models };
}

/** Sends an answer piece by piece, as fast as the client takes it. */
function sendPieces(reply: FastifyReply, pieces: AsyncIterable<string>): FastifyReply {
  void reply.headers({ ...securityHeaders, 'x-request-id': reply.request.id, 'content-type': jsonType });
  return reply.send(Readable.from(endWithNewline(pieces)));
}

/** As the predecessor's answers did. */
async function* endWithNewline(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  yield* pieces;
  yield '\n';
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphqlContext } from '../../graphql/context.ts';
import type { Clock } from '../../time/clock.ts';
import { keyOfRequest, type AnswerCache, type CacheableReply } from '../answers/answer-cache.ts';
import { replyError, type Reply } from '../answers/reply.ts';
import { sendReply } from '../answers/send-reply.ts';
import type { HubYoga } from '../graphql/hub-yoga.ts';
import { streamBody } from '../graphql/stream-body.ts';
import type { YogaContext } from '../graphql/yoga-context.ts';
import { YogaRequest } from '../graphql/yoga-messages.ts';
import type { StreamPlaces } from '../stream-places.ts';
import type { StreamWatch } from '../stream-watch.ts';
import { watchClient } from '../watch-client.ts';
import { refuseOtherMethods } from './read-route.ts';

/** What the GraphQL route is made of. */
export interface GraphqlRouteOptions {
  readonly yoga: HubYoga;
  readonly cache: AnswerCache;
  readonly clock: Clock;
  /** Aborted when the server closes: streams end. */
  readonly closing: AbortSignal;
  createContext(request: FastifyRequest, signal: AbortSignal): GraphqlContext;
  /** Ends streams whose caller may no longer see them. */
  readonly streamWatch: StreamWatch;
  readonly streamPlaces: StreamPlaces;
  /** Whether browsers are sent to GraphiQL. */
  readonly graphiql: boolean;
}

/** A stream of server-sent events instead of a whole answer. */
interface EventStream {
  readonly headers: Readonly<Record<string, string>>;
  readonly events: AsyncIterable<Uint8Array>;
  /** Ends what is watched, so that the client hears `complete`. */
  end(): void;
}

/** /graphql: what yoga answers, kept where it may be. */
export async function graphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): Promise<void> {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    if (options.graphiql && wantsPage(request)) return sendReply(reply, toGraphiql);
    const signal = watchClient(reply);
    const given = await options.cache.answer<EventStream>(keyOfRequest(request), () =>
      askYoga(request, signal, options),
    );
    if (!('events' in given)) return sendReply(reply, given);
    const { headers, events: body, end } = given;
    const leave = options.streamPlaces.take(request.caller, request.ip);
    if (!leave) {
      await dismiss(given);
      return sendReply(reply, tooManyStreams);
    }
    reply.hijack();
    const { raw: response } = reply;
    const release = options.streamWatch.watch({ headers: request.headers, sight: request.sight, end });
    try {
      await streamBody({ headers, body, response, clock: options.clock, requestId: request.id, signal });
    } finally {
      release();
      leave();
    }
    return reply;
  };
  app.get('/graphql', answer);
  app.post('/graphql', answer);
  app.get('/', (_request, reply) =>
    sendReply(reply, { status: 302, headers: { location: '/graphql' }, body: '' }),
  );
  const methods = ['PUT', 'PATCH', 'DELETE'];
  refuseOtherMethods(app, { url: '/graphql', methods, allowed: 'GET, HEAD, POST, OPTIONS' });
}

const toGraphiql: Reply = { status: 302, headers: { location: '/graphiql', vary: 'Accept' }, body: '' };

/** Ends a stream that nobody is sent. It has to begin before yoga can end it. */
async function dismiss({ events, end }: EventStream): Promise<void> {
  end();
  const pieces = events[Symbol.asyncIterator]();
  await pieces.next();
  await pieces.return?.();
}

const tooManyStreams = replyError(429, 'too many streams are open: end one, or ask again later', {
  'retry-after': '5',
});

/** Browsers name text/html when somebody types an address; clients of GraphQL do not. */
function wantsPage({ method, headers, url }: FastifyRequest): boolean {
  return method !== 'POST' && url === '/graphql' && (headers.accept ?? '').includes('text/html');
}

async function askYoga(
  request: FastifyRequest,
  signal: AbortSignal,
  { yoga, createContext, closing }: GraphqlRouteOptions,
): Promise<CacheableReply | EventStream> {
  const context = createContext(request, signal);
  const asked: YogaContext = { hub: { context, closing, keep: false, models: [] } };
  const { status, headers, body } = await yoga.answer(readRequest(request), asked);
  const { keep, models, ended } = asked.hub;
  if (typeof body !== 'string') return { headers, events: body, end: () => ended?.abort() };
  return { status, headers, body, keep, models };
}

/** What yoga looks at; the rest is the server's own business. */
function readRequest({ method, url, headers, body }: FastifyRequest): YogaRequest {
  return new YogaRequest({
    method: method === 'HEAD' ? 'GET' : method,
    url,
    headers: { accept: headers.accept, 'content-type': headers['content-type'] },
    body: Buffer.isBuffer(body) ? body.toString('utf8') : '',
  });
}

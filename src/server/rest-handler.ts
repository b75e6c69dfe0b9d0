import type { GraphqlContext } from '../graphql/context.ts';
import type { FindRestRoute } from '../rest/routes.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { HubRequest } from './http/hub-request.ts';
import { replyError, replyJson, type Reply } from './http/reply.ts';
import { answerRead } from './router.ts';

/** What the REST routes are made of. */
export interface RestHandlerOptions {
  readonly findRoute: FindRestRoute;
  readonly cache: AnswerCache;
  createContext(request: HubRequest): GraphqlContext;
}

/** Makes the handler of everything under /api. Answers without a fault are kept until something is written. */
export function createRestHandler({ findRoute, cache, createContext }: RestHandlerOptions) {
  return async (request: HubRequest): Promise<Reply> => {
    const route = findRoute(request.path);
    if (!route) return replyError(404, 'there is nothing at this path');
    return answerRead(request, async () => {
      return cache.answer(request.key, async () => {
        const query = new URLSearchParams(request.search);
        const answer = await route({ query, context: createContext(request), signal: request.signal });
        const headers = Object.entries(answer.headers ?? {}).map(([name, value]) => [
          name.toLowerCase(),
          value,
        ]);
        return {
          ...replyJson(answer.status, answer.body, Object.fromEntries(headers)),
          keep: answer.status === 200,
        };
      });
    });
  };
}

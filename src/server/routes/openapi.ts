import type { FastifyInstance } from 'fastify';
import { describeRestApi } from '../../rest/openapi.ts';
import { makeEtag } from '../answers/etag.ts';
import { replyJson, type Reply } from '../answers/reply.ts';
import { readRoute } from './read-route.ts';

/** /openapi.json. The document is always the same, so it is written once. */
export async function openapiRoute(app: FastifyInstance): Promise<void> {
  let reply: Reply | undefined;
  readRoute(app, '/openapi.json', () => (reply ??= writeDocument()));
}

function writeDocument(): Reply {
  const document = describeRestApi();
  const etag = makeEtag(JSON.stringify(document));
  return replyJson(200, document, { 'cache-control': 'private, no-cache', etag });
}

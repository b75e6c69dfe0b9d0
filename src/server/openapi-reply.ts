import { describeRestApi } from '../rest/openapi.ts';
import { makeEtag } from './http/etag.ts';
import { replyJson, type Reply } from './http/reply.ts';

/** Makes the function that answers /openapi.json. The document is always the same, so it is written once. */
export function createOpenApiReply(): () => Reply {
  let reply: Reply | undefined;
  return () => (reply ??= writeDocument());
}

function writeDocument(): Reply {
  const document = describeRestApi();
  const etag = makeEtag(JSON.stringify(document));
  return replyJson(200, document, { 'cache-control': 'private, no-cache', etag });
}

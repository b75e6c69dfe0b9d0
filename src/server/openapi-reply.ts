import { createHash } from 'node:crypto';
import { describeRestApi } from '../rest/openapi.ts';
import { replyJson, type Reply } from './http/reply.ts';

/** Makes the function that answers /openapi.json. The document is always the same, so it is written once. */
export function createOpenApiReply(): () => Reply {
  let reply: Reply | undefined;
  return () => (reply ??= writeDocument());
}

function writeDocument(): Reply {
  const document = describeRestApi();
  const hash = createHash('sha256').update(JSON.stringify(document)).digest('base64url').slice(0, 27);
  return replyJson(200, document, { 'cache-control': 'private, no-cache', etag: `"${hash}"` });
}

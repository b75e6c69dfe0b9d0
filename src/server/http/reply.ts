import type { ServerResponse } from 'node:http';

/** What a route answers. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** What a route answers instead when it writes by itself, as streams do. */
export interface StreamReply {
  stream(response: ServerResponse): Promise<void>;
}

/** Content type of plain JSON answers. */
export const jsonType = 'application/json; charset=utf-8';

/** A JSON answer. */
export function replyJson(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers: { 'content-type': jsonType, ...headers }, body: JSON.stringify(value) };
}

/** An error outside GraphQL: `{"error": "…"}`. */
export function replyError(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return replyJson(status, { error: message }, headers);
}

/** Headers of every answer: nothing of this server is to be framed, sniffed or sent on as a referrer. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** How a reply is written. */
export interface WriteOptions {
  /** HEAD: headers as for GET, no body. */
  readonly withoutBody: boolean;
  readonly requestId: string;
}

/** Writes a reply. */
export function writeReply(
  response: ServerResponse,
  reply: Reply,
  { withoutBody, requestId }: WriteOptions,
): void {
  const length = typeof reply.body === 'string' ? Buffer.byteLength(reply.body) : reply.body.length;
  const hasLength = reply.status !== 204 && reply.status !== 304;
  response.writeHead(reply.status, {
    ...securityHeaders,
    ...reply.headers,
    'x-request-id': requestId,
    ...(hasLength ? { 'content-length': length } : {}),
  });
  if (withoutBody || !hasLength) response.end();
  else response.end(reply.body);
}

/** Headers of an answer that is written piece by piece. */
export function streamHeaders(
  requestId: string,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...securityHeaders, ...headers, 'x-request-id': requestId };
}

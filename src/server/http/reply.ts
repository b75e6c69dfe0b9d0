import type { ServerResponse } from 'node:http';

/** What a route answers. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** Of a text: `latin1` when it stands for bytes, one character each. Default utf8. */
  readonly encoding?: 'latin1';
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

const securityHeaderList = Object.entries(securityHeaders).flat();

/** How a reply is written. */
export interface WriteOptions {
  /** HEAD: headers as for GET, no body. */
  readonly withoutBody: boolean;
  readonly requestId?: string;
}

/** Writes a reply. */
export function writeReply(
  response: ServerResponse,
  reply: Reply,
  { withoutBody, requestId }: WriteOptions,
): void {
  const length =
    typeof reply.body === 'string' ? Buffer.byteLength(reply.body, reply.encoding) : reply.body.length;
  // A text of as many bytes as characters is plain ASCII. Node writes such bytes without reserving three for each.
  const encoding = length === reply.body.length ? 'latin1' : 'utf8';
  const hasLength = reply.status !== 204 && reply.status !== 304;
  const headers: string[] = [...securityHeaderList];
  for (const name in reply.headers) headers.push(name, reply.headers[name] ?? '');
  if (requestId !== undefined) headers.push('x-request-id', requestId);
  if (hasLength) headers.push('content-length', String(length));
  response.writeHead(reply.status, headers);
  if (withoutBody || !hasLength) response.end();
  else response.end(reply.body, encoding);
}

/** Headers of an answer that is written piece by piece. */
export function streamHeaders(
  requestId: string,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...securityHeaders, ...headers, 'x-request-id': requestId };
}

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

/** A JSON answer. It ends with a newline, as the predecessor's did. */
export function replyJson(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers: { 'content-type': jsonType, ...headers }, body: `${JSON.stringify(value)}\n` };
}

/** An error outside GraphQL: `{"error": "…"}`. */
export function replyError(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return replyJson(status, { error: message }, headers);
}

/** Headers of every answer: nothing of this server is to be taken for another type, or read into another site's page. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const securityHeaderList = Object.entries(securityHeaders).flat();

/** How a reply is written. */
export interface WriteOptions {
  /** HEAD: headers as for GET, no body. */
  readonly withoutBody: boolean;
  readonly requestId?: string;
}

/** A reply as node:http takes it. What is written again and again is made ready once. */
export interface ReadyReply {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Absent where the status forbids one. */
  readonly body: Buffer | string | undefined;
  readonly encoding: 'latin1' | 'utf8';
}

/** Makes a reply ready to be written. */
export function makeReady({ status, headers, body, encoding }: Reply): ReadyReply {
  const list: string[] = [...securityHeaderList];
  for (const name in headers) list.push(name, headers[name] ?? '');
  if (status === 204 || status === 304) return { status, headers: list, body: undefined, encoding: 'utf8' };
  const length = typeof body === 'string' ? Buffer.byteLength(body, encoding) : body.length;
  list.push('content-length', String(length));
  // A text of as many bytes as characters is plain ASCII. Node writes such bytes without reserving three for each.
  return { status, headers: list, body, encoding: length === body.length ? 'latin1' : 'utf8' };
}

/** Writes a reply. */
export function writeReply(
  response: ServerResponse,
  { status, headers, body, encoding }: ReadyReply,
  { withoutBody, requestId }: WriteOptions,
): void {
  response.writeHead(
    status,
    requestId === undefined ? [...headers] : [...headers, 'x-request-id', requestId],
  );
  if (withoutBody || body === undefined) response.end();
  else response.end(body, encoding);
}

/** Headers of an answer that is written piece by piece. */
export function streamHeaders(
  requestId: string,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...securityHeaders, ...headers, 'x-request-id': requestId };
}

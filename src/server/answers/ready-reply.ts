import type { ServerResponse } from 'node:http';
import { securityHeaders, type Reply } from './reply.ts';

/** A reply as node:http takes it. What is written again and again is made ready once. */
export interface ReadyReply {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** The body's bytes, one character each; absent where the status forbids a body. */
  readonly body: string | undefined;
}

/**
 * Makes a reply ready to be written. Its body is a text of its bytes: Node writes headers and such a text at once, but
 * headers and a Buffer one after the other.
 */
export function makeReady({ status, headers, body }: Reply): ReadyReply {
  const list = Object.entries({ ...securityHeaders, ...headers }).flat();
  if (status === 204 || status === 304) return { status, headers: list, body: undefined };
  const bytes = Buffer.from(body);
  list.push('content-length', String(bytes.length));
  return { status, headers: list, body: bytes.toString('latin1') };
}

/** Writes a reply; for HEAD without its body. */
export function writeReady(response: ServerResponse, { status, headers, body }: ReadyReply): void {
  response.writeHead(status, [...headers]);
  if (body === undefined || response.req.method === 'HEAD') response.end();
  else response.end(body, 'latin1');
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as the routes see it. */
export interface HubRequest {
  readonly method: string;
  /** As it was sent, without the query; not decoded. */
  readonly path: string;
  /** What follows the `?`, as it was sent; empty when there is none. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  /** Names the request in logs and errors. */
  readonly requestId: string;
  /** Aborted when the client goes before the answer is complete. */
  readonly signal: AbortSignal;
  /** Reads the body. @throws {BodyTooLargeError} */
  readBody(): Promise<string>;
}

/** Largest body, bytes. */
export const maxBodySize = 100_000;

/** The body is larger than is taken: the answer is 413. */
export class BodyTooLargeError extends Error {
  constructor() {
    super(`the body is larger than ${maxBodySize} bytes`);
  }
}

/** The body is no UTF-8: the answer is 400. */
export class BodyEncodingError extends Error {
  constructor() {
    super('the body is not UTF-8');
  }
}

/** Describes a request that node:http received. */
export function describeRequest(
  message: IncomingMessage,
  requestId: string,
  signal: AbortSignal,
): HubRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    search: mark < 0 ? '' : url.slice(mark + 1),
    headers: message.headers,
    requestId,
    signal,
    readBody: () => readBody(message),
  };
}

async function readBody(message: IncomingMessage): Promise<string> {
  if (Number(message.headers['content-length'] ?? 0) > maxBodySize) throw new BodyTooLargeError();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBodySize) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof TypeError) throw new BodyEncodingError();
    throw error;
  }
}

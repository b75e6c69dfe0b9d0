import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../time/clock.ts';
import { securityHeaders } from '../answers/reply.ts';

/** How long a client may take to read what was sent, milliseconds; a slower one is dropped. */
const drainLimit = 10_000;

/** What is streamed, and to whom. */
export interface StreamOptions {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly response: ServerResponse;
  readonly clock: Clock;
  readonly requestId: string;
  /** Aborted when the client goes, or the server closes. */
  readonly signal: AbortSignal;
}

/** Writes a stream piece by piece. The next piece is only asked for when the client has read the last one. */
export async function streamBody(options: StreamOptions): Promise<void> {
  const { body, response, requestId, headers } = options;
  const own = { 'x-request-id': requestId, 'x-accel-buffering': 'no' };
  response.writeHead(200, { ...securityHeaders, ...headers, ...own });
  response.flushHeaders();
  try {
    for await (const piece of body) {
      await send(options, piece);
      if (response.destroyed) return;
    }
    response.end();
  } finally {
    if (!response.writableEnded) response.destroy();
  }
}

async function send({ response, clock, signal }: StreamOptions, piece: Uint8Array): Promise<void> {
  if (response.destroyed || response.write(piece)) return;
  const read = new AbortController();
  await Promise.race([
    once(response, 'drain', { signal: read.signal }),
    once(response, 'close', { signal: read.signal }),
    waitQuietly(clock, drainLimit, AbortSignal.any([signal, read.signal])),
  ]);
  read.abort();
  if (response.writableNeedDrain) response.destroy();
}

async function waitQuietly(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

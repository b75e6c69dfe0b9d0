import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { ExecutionResult } from 'graphql';
import type { Clock } from '../../time/clock.ts';
import { streamHeaders } from '../http/reply.ts';

/** Pause between two signs of life, milliseconds: proxies close connections that are silent for long. */
const pingInterval = 15_000;
/** How long a client may take to read what was sent, milliseconds; a slower one is dropped. */
const drainLimit = 10_000;

/** What is streamed, and to whom. */
export interface EventStreamOptions {
  readonly results: AsyncIterable<ExecutionResult>;
  readonly response: ServerResponse;
  readonly clock: Clock;
  readonly requestId: string;
  /** Aborted when the client goes, or the server closes. */
  readonly signal: AbortSignal;
}

/**
 * Streams results as server-sent events, in the distinct connections mode of graphql-sse. The next result is only
 * asked for when the client has read the last one.
 */
export async function streamEvents(options: EventStreamOptions): Promise<void> {
  const { results, response, requestId, signal } = options;
  response.writeHead(
    200,
    streamHeaders(requestId, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    }),
  );
  response.write(':\n\n');
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  void ping(options, stop);
  try {
    for await (const result of results) {
      await send(options, `event: next\ndata: ${JSON.stringify(result)}\n\n`);
      if (response.destroyed) return;
    }
    await send(options, 'event: complete\ndata: \n\n');
    response.end();
  } finally {
    ended.abort();
    if (!response.writableEnded) response.destroy();
  }
}

async function send({ response, clock, signal }: EventStreamOptions, event: string): Promise<void> {
  if (response.destroyed || response.write(event)) return;
  const read = new AbortController();
  await Promise.race([
    once(response, 'drain', { signal: read.signal }),
    once(response, 'close', { signal: read.signal }),
    waitQuietly(clock, drainLimit, AbortSignal.any([signal, read.signal])),
  ]);
  read.abort();
  if (response.writableNeedDrain) response.destroy();
}

async function ping({ response, clock }: EventStreamOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await waitQuietly(clock, pingInterval, signal);
    if (!signal.aborted && !response.writableNeedDrain) response.write(':\n\n');
  }
}

async function waitQuietly(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

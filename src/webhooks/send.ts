import got, { RequestError } from 'got';
import { describeError } from '../errors/hub-error.ts';

/** One POST to a receiver. */
export interface SendRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange, milliseconds. */
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends, and answers the receiver's status whatever it is. Rejects with an Error when there was no whole answer in
 * time, and with the signal's reason when it was aborted.
 */
export type WebhookSend = (request: SendRequest) => Promise<{ readonly status: number }>;

/** How much of an answer is read before the connection is closed: nothing in it matters. Bytes. */
const answerLimit = 64 * 1024;

/** Sends by got: no redirects, no repeats. */
export const sendByGot: WebhookSend = async ({ url, headers, body, timeLimitMs, signal }) => {
  const stream = got.stream.post(url, {
    headers: { 'user-agent': 'template-hub', 'content-type': 'application/json', ...headers },
    body,
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    timeout: { request: timeLimitMs },
    signal,
  });
  try {
    let received = 0;
    for await (const chunk of stream) {
      received += Buffer.byteLength(chunk);
      if (received > answerLimit) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(describeFailure(error, timeLimitMs), { cause: error });
  }
  const status = stream.response?.statusCode;
  if (status === undefined) throw new Error('The receiver closed the connection without an answer.');
  return { status };
};

function describeFailure(error: unknown, timeLimitMs: number): string {
  if (!(error instanceof RequestError)) return describeError(error);
  if (error.code === 'ETIMEDOUT') return `The receiver gave no whole answer within ${timeLimitMs / 1000} s.`;
  return `No whole answer from the receiver: ${error.message}`;
}

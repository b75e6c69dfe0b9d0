import { request as sendHttp, type Agent, type IncomingMessage } from 'node:http';
import type { FuzzRequest } from './generate/fuzz-request.ts';

/** What came back. */
export interface FuzzAnswer {
  readonly status: number;
  readonly body: string;
}

/** Where and how requests are sent. */
export interface SendOptions {
  readonly url: string;
  readonly agent: Agent;
  /** After that, the request is given up, milliseconds. */
  readonly patience: number;
}

/** A subscription may last for ever: this long is enough to see that it was started, milliseconds. */
const streamPatience = 50;

/**
 * Sends a request and reads its answer.
 *
 * @throws {Error} when none came, or it took too long.
 */
export function sendRequest(
  { method, path, headers, body }: FuzzRequest,
  { url, agent, patience }: SendOptions,
): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(body.length) } : {};
    const sent = sendHttp({ hostname, port, agent, method, path, headers: { ...headers, ...length } });
    const tooLong = setTimeout(() => sent.destroy(new Error('no answer in time')), patience);
    sent.once('error', (error) => {
      clearTimeout(tooLong);
      reject(error);
    });
    sent.once('response', (response) => {
      const answer = readAnswer(response).finally(() => clearTimeout(tooLong));
      resolve(answer.then((text) => ({ status: response.statusCode ?? 0, body: text })));
    });
    sent.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const isStream = response.headers['content-type']?.startsWith('text/event-stream') ?? false;
  const enough = isStream ? setTimeout(() => response.destroy(), streamPatience) : undefined;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  } catch (error) {
    if (!isStream) throw error;
  }
  clearTimeout(enough);
  return Buffer.concat(chunks).toString('utf8');
}

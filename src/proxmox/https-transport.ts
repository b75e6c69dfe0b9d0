import got, { RequestError } from 'got';
import { describeError } from '../errors/hub-error.ts';
import type { ProxmoxConnection } from './connection.ts';
import { defaultPort } from './connection.ts';
import { TransportError } from './transport.ts';
import type { Transport, TransportRequest } from './transport.ts';
import { TrustedAgent } from './trusted-agent.ts';

export interface HttpsTransport {
  transport: Transport;
  /** Closes idle connections. */
  close: () => void;
}

/** Carries requests to one host by got over HTTPS, with kept connections and the connection's trust. */
export function createHttpsTransport({
  connection: { host, port = defaultPort, tls },
  connectMs,
  maxSockets,
}: {
  connection: ProxmoxConnection;
  connectMs: number;
  maxSockets: number;
}): HttpsTransport {
  const agent = new TrustedAgent({ host, port, tls, connectMs, maxSockets });
  const origin = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const client = got.extend({
    agent: { https: agent },
    headers: { 'user-agent': 'template-hub', accept: 'application/json' },
    // Repeats, redirects and the meaning of a status are the client's business.
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    responseType: 'text',
  });

  async function transport({ method, path, headers, body, signal }: TransportRequest) {
    try {
      const answer = await client(`${origin}${path}`, { method, headers: { ...headers }, body, signal });
      return { status: answer.statusCode, reason: answer.statusMessage ?? '', body: answer.body };
    } catch (error) {
      signal?.throwIfAborted();
      throw toTransportError(error);
    }
  }

  return { transport, close: () => agent.destroy() };
}

/** Keeps only words: got's errors hold the whole request, credentials included. */
function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (!(error instanceof RequestError)) {
    return new TransportError({ phase: 'exchange', code: 'BROKEN', message: describeError(error) });
  }
  if (error.cause instanceof TransportError) return error.cause;
  const code = error.code === 'ERR_BODY_PARSE_FAILURE' ? 'ECONNRESET' : error.code;
  return new TransportError({ phase: 'exchange', code, message: error.message });
}

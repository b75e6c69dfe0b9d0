import got, { RequestError } from 'got';
import { describeError } from '../../errors/hub-error.ts';
import { formatEndpoint } from '../../names/endpoint.ts';
import { answerLimits, refuseSize } from './answer-limits.ts';
import type { ProxmoxConnection } from './connection.ts';
import { defaultPort } from './connection.ts';
import { decodeBody } from './decode-body.ts';
import { createFailover } from './failover.ts';
import { TransportError } from './transport.ts';
import type { Transport, TransportRequest } from './transport.ts';
import { TrustedAgent } from './trusted-agent.ts';

export interface HttpsTransport {
  transport: Transport;
  /** Closes idle connections. */
  close: () => void;
}

interface HttpsOptions {
  connection: ProxmoxConnection;
  connectMs: number;
  maxSockets: number;
}

/** Carries requests to a cluster: to the host of the connection, or to the first of its nodes that answers. */
export function createHttpsTransport(options: HttpsOptions): HttpsTransport {
  const { connection } = options;
  const open = (place: { host: string; port?: number }) => {
    const { transport, close } = createHostTransport({ ...options, connection: { ...connection, ...place } });
    return { place: formatEndpoint({ ...place, port: place.port ?? defaultPort }), transport, close };
  };
  const { alternatives = [], host, port } = connection;
  const first = open({ host, port });
  if (alternatives.length === 0) return first;
  const others = alternatives.map(open);
  const close = () => {
    for (const road of [first, ...others]) road.close();
  };
  return { transport: createFailover([first, ...others]), close };
}

/** Carries requests to one host by got over HTTPS, with kept connections and the connection's trust. */
function createHostTransport({
  connection: { host, port = defaultPort, tls },
  connectMs,
  maxSockets,
}: HttpsOptions): HttpsTransport {
  const agent = new TrustedAgent({ host, port, tls, connectMs, maxSockets });
  const origin = `https://${formatEndpoint({ host, port })}`;
  const client = got.extend({
    agent: { https: agent },
    headers: { 'user-agent': 'template-hub', accept: 'application/json', 'accept-encoding': 'gzip' },
    // Repeats, redirects and the meaning of a status are the client's business.
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    // Both sizes of a body are limited, so it is decompressed here.
    decompress: false,
    responseType: 'buffer',
  });

  async function transport({ method, path, headers, body, signal }: TransportRequest) {
    const excess = new AbortController();
    const either = signal ? AbortSignal.any([signal, excess.signal]) : excess.signal;
    try {
      const exchange = client(`${origin}${path}`, { method, headers: { ...headers }, body, signal: either });
      void exchange.on('downloadProgress', ({ transferred }) => {
        if (transferred > answerLimits.bytes) excess.abort();
      });
      const answer = await exchange;
      const text = await decodeBody(answer.body, answer.headers['content-encoding']);
      return { status: answer.statusCode, reason: answer.statusMessage ?? '', body: text };
    } catch (error) {
      signal?.throwIfAborted();
      throw excess.signal.aborted ? refuseSize() : toTransportError(error);
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

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import { generate } from 'selfsigned';
import { fetchServerCertificate } from '../../src/proxmox/http/certificate.ts';
import type { ProxmoxClient, ProxmoxClientOptions } from '../../src/proxmox/client.ts';
import { createProxmoxClient } from '../../src/proxmox/client.ts';
import type { ProxmoxConnection } from '../../src/proxmox/http/connection.ts';
import type { Clock } from '../../src/time/clock.ts';
import { systemClock } from '../../src/time/clock.ts';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server that shows everything it saw and answers as the test says. */
export interface RawServer {
  port: number;
  pem: string;
  sha256: string;
  seen: SeenRequest[];
  /** TLS connections that were made. */
  connections: () => number;
  close: () => Promise<void>;
}

export type Answerer = (request: SeenRequest, response: ServerResponse) => void;

export const secrets = {
  password: 'pa55word/with+signs',
  token: 'hub@pve!hub=70ken-5ecret',
  ticket: 'PVE:root@pam:68A1B2C3::AbC/d+e==',
  csrf: '68A1B2C3:Zx+y/z',
};

/** An HTTPS server on the loopback with a certificate of its own, made out for 127.0.0.1. */
export async function startRawServer(answer: Answerer): Promise<RawServer> {
  const { private: key, cert } = await makeCertificate();
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server = createServer({ key, cert }, (request, response) => void serve(request, response));
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: await readAll(request) };
    seen.push(one);
    answer(one, response);
  }
  server.on('secureConnection', () => {
    connections += 1;
  });
  const port = await listen(server);
  const { sha256, pem } = await fetchServerCertificate({ host: '127.0.0.1', port });
  connections = 0;
  return { port, pem, sha256, seen, connections: () => connections, close: () => closeServer(server) };
}

/** Answers like Proxmox: `{"data": …}`. */
export function sendData(response: ServerResponse, data: unknown): void {
  response.setHeader('content-type', 'application/json;charset=UTF-8');
  response.end(JSON.stringify({ data }));
}

/** A refusal as Proxmox sends it: the words in the reason phrase, the connection closed. */
export function sendRefusal(response: ServerResponse, status: number, reason: string, body = ''): void {
  response.writeHead(status, reason, { connection: 'close' });
  response.end(body);
}

/** The machine's clock, whose pauses up to 20 s pass at once; time limits are longer and stay. */
export const impatientClock: Clock = {
  now: systemClock.now,
  sleep: async (ms, signal) => {
    if (ms > 20_000) return systemClock.sleep(ms, signal);
    signal?.throwIfAborted();
    await setImmediate();
  },
};

/** A client of that server which trusts its certificate, with a token unless told otherwise. */
export function connectTo(
  { port, sha256 }: Pick<RawServer, 'port' | 'sha256'>,
  connection: Partial<ProxmoxConnection> = { token: secrets.token },
  options: Partial<ProxmoxClientOptions> = {},
): ProxmoxClient {
  const tls = { mode: 'fingerprint', sha256 } as const;
  return createProxmoxClient({
    connection: { clusterId: 'lab', host: '127.0.0.1', port, tls, ...connection },
    clock: impatientClock,
    random: () => 0.5,
    ...options,
  });
}

async function readAll(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function makeCertificate() {
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
  return generate([{ name: 'commonName', value: 'Raw server' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames }],
  });
}

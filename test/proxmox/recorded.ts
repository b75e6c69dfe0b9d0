import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ProxmoxClient, ProxmoxClientOptions } from '../../src/proxmox/client.ts';
import { createProxmoxClient } from '../../src/proxmox/client.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../src/proxmox/http/transport.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';

const exchange = z.object({
  series: z.string(),
  pve: z.string(),
  note: z.string(),
  request: z.object({
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
    path: z.string(),
    body: z.string().nullable(),
  }),
  response: z.object({
    status: z.number(),
    reason: z.string(),
    body: z.unknown(),
    raw_body: z.string().optional(),
  }),
});

/** One exchange with a real Proxmox VE. */
export type Exchange = z.output<typeof exchange>;

const file = new URL('../data/recorded.jsonl', import.meta.url);

/** All recorded exchanges, in the order of the file. */
export const recorded: Exchange[] = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => exchange.parse(JSON.parse(line)));

/** The recorded answer as a transport would give it. */
export function toResponse({ response }: Exchange): TransportResponse {
  const body = response.raw_body ?? JSON.stringify(response.body);
  return { status: response.status, reason: response.reason, body };
}

/** The same answer as versions before 8.4 give it: without `message`, without text in the body. */
export function toOldResponse(found: Exchange): TransportResponse {
  const { status, reason, body } = toResponse(found);
  if (!body.startsWith('{')) return { status, reason, body: '' };
  const { message: _message, ...rest } = z.record(z.string(), z.unknown()).parse(JSON.parse(body));
  return { status, reason, body: JSON.stringify(rest) };
}

/** A client with a token whose requests go to `transport`; the requests are kept. */
export function clientOn(
  transport: Transport,
  options: Partial<ProxmoxClientOptions> = {},
): { client: ProxmoxClient; clock: DrivenClock; requests: TransportRequest[] } {
  const requests: TransportRequest[] = [];
  const clock = new DrivenClock();
  const client = createProxmoxClient({
    connection: { clusterId: 'lab', host: '127.0.0.1', token: 'hub@pve!hub=s3cret', tls: { mode: 'system' } },
    clock,
    random: () => 0.5,
    attempts: 1,
    transport: (request) => {
      requests.push(request);
      return transport(request);
    },
    ...options,
  });
  return { client, clock, requests };
}

/** Path below `/api2/json`, decoded, and the parameters of query and form. */
export function readRequest({ method, path, body }: { method: string; path: string; body?: string | null }) {
  const url = new URL(path, 'https://any');
  const parts = url.pathname.replace(/^\/api2\/json/, '').split('/');
  const parameters = new URLSearchParams([...url.searchParams, ...new URLSearchParams(body ?? '')]);
  return { method, parts: parts.slice(1).map(decodeURIComponent), parameters };
}

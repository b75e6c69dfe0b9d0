import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../../errors/hub-error.ts';
import { ConnectionCut } from '../errors.ts';
import type { Simulator } from '../simulator.ts';
import { answerControl } from './control-routes.ts';
import type { SimulatorRequest, SimulatorResponse } from './message.ts';

/** Which listener a request came in at. */
export interface Listener {
  readonly simulator: Simulator;
  readonly cluster: string;
  readonly node: string | undefined;
}

/** Answers one HTTP request from a socket. */
export async function serveSocket(
  { simulator, cluster, node }: Listener,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const request = { ...(await readRequest(incoming)), cluster, node };
    const control = await answerControl(simulator, request);
    const response = control ?? (await simulator.handle(request));
    writeResponse(outgoing, response, incoming.headers.connection);
  } catch (error) {
    if (error instanceof ConnectionCut) incoming.socket.destroy();
    else if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500, 'simulator error').end(`The simulator failed: ${describeError(error)}\n`);
  }
}

async function readRequest(incoming: IncomingMessage): Promise<SimulatorRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(Buffer.from(part));
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers,
    body: parts.length > 0 ? Buffer.concat(parts).toString('utf8') : undefined,
  };
}

function writeResponse(
  outgoing: ServerResponse,
  { status, reason, headers, body, encoded }: SimulatorResponse,
  wanted: string | undefined,
): void {
  // Said outright, so that no "Keep-Alive: timeout" is added: the real server keeps its five seconds to itself.
  const connection = wanted?.toLowerCase() === 'close' ? 'close' : 'Keep-Alive';
  const own = headers.some(([name]) => name === 'Connection') ? [] : ['Connection', connection];
  outgoing.writeHead(status, sanitise(reason), [...own, ...headers.flat()]);
  outgoing.end(encoded ?? body);
}

/** A reason phrase must be one line of Latin-1. */
function sanitise(reason: string): string {
  return reason.replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
}

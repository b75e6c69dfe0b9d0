import type { Socket } from 'node:net';
import { describeError } from '../../errors/hub-error.ts';
import type { Cluster } from '../engine/cluster.ts';
import { ConnectionCut } from '../errors.ts';
import type { Served } from './served.ts';
import { ByteReader } from './byte-reader.ts';
import { answerControl } from './control-routes.ts';
import { wrapHttpRefusal } from './envelope.ts';
import { IncomingBody } from './incoming-body.ts';
import type { SimulatorResponse } from './message.ts';
import { redirectToHttps } from './redirect.ts';
import { readHead, type RequestHead, wantsConnection } from './request-head.ts';
import { renderResponse } from './write-response.ts';

/** Which listener a connection came in at. */
export interface Listener {
  readonly simulator: Served;
  readonly cluster: Cluster;
  readonly node: string | undefined;
}

/** Milliseconds without a byte after which a connection is closed, and how many requests it takes. */
export const idleTime = 5000;
const maxRequests = 100;

/** Answers the requests of one connection, one after another, until one side has enough. */
export async function serveConnection(listener: Listener, socket: Socket, isSecure: boolean): Promise<void> {
  const reader = new ByteReader(socket);
  socket.on('timeout', () => hangUp(socket)).setTimeout(idleTime);
  try {
    for (let left = maxRequests; ;) {
      const line = await reader.readLine();
      if (line === undefined) break;
      left -= 1;
      // Browsers send empty lines between requests.
      if (line === '') continue;
      const answer = await answerNext({ listener, socket, reader, isSecure }, line);
      // A head that is too large gets no answer: the connection idles until its time is over.
      if (answer === 'nothing') return;
      const isKept = answer.isKept && left > 0;
      socket.write(renderResponse(answer.response, { protocol: answer.protocol, isKept }));
      if (!isKept || answer.isLast) break;
    }
    hangUp(socket);
  } catch (error) {
    socket.destroy();
    if (!(error instanceof ConnectionCut)) throw error;
  }
}

interface Connection {
  readonly listener: Listener;
  readonly socket: Socket;
  readonly reader: ByteReader;
  readonly isSecure: boolean;
}

/** An answer, in which protocol, and whether the connection may go on: as it says, and as it is. */
interface Answered {
  readonly response: SimulatorResponse;
  readonly protocol: string;
  readonly isKept: boolean;
  readonly isLast?: boolean;
}

async function answerNext(connection: Connection, line: string): Promise<Answered | 'nothing'> {
  const { listener, socket, reader, isSecure } = connection;
  const { behaviour, clock } = listener.cluster;
  const result = await readHead(reader, line);
  if (result.kind === 'over') throw new ConnectionCut('ECONNRESET');
  if (result.kind === 'too large') return 'nothing';
  if (result.kind === 'refused') {
    const { refusal, protocol } = result;
    return { response: wrapHttpRefusal(refusal, behaviour, clock.now()), protocol, isKept: false };
  }
  const { head } = result;
  const { protocol } = head;
  if (!isSecure) {
    const response = redirectToHttps(head, behaviour, clock.now());
    return response ? { response, protocol, isKept: response.status < 400, isLast: true } : 'nothing';
  }
  const body = new IncomingBody(reader, socket, head);
  // Whoever waits for an answer is not idle.
  socket.setTimeout(0);
  const response = await answerHead(listener, head, body);
  socket.setTimeout(idleTime);
  const isKept = response.status < 400 && wantsConnection(head);
  if (isKept) await body.receive();
  return { response, protocol, isKept };
}

async function answerHead(
  { simulator, cluster, node }: Listener,
  head: RequestHead,
  body: IncomingBody,
): Promise<SimulatorResponse> {
  const request = {
    cluster: cluster.id,
    node,
    method: head.method,
    path: head.target,
    headers: head.headers,
    receive: () => body.receive(),
  };
  try {
    const control = await answerControl(simulator, request);
    return control ?? (await simulator.handle(request));
  } catch (error) {
    if (error instanceof ConnectionCut) throw error;
    const text = `The simulator failed: ${describeError(error)}\n`;
    return {
      status: 500,
      reason: 'simulator error',
      headers: [['Content-Length', String(Buffer.byteLength(text))]],
      body: text,
    };
  }
}

/** Ends a connection in good order; one that does not end for that is cut. */
function hangUp(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.end();
}

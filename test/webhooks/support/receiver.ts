import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a receiver was sent. */
export interface Received {
  readonly delivery: string;
  readonly event: string;
  readonly body: string;
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** What a receiver does with a request; `hang` never answers. */
export type Reaction = number | 'hang' | { readonly status: number; readonly location: string };

/** Somebody's HTTP server on loopback. */
export interface Receiver {
  readonly url: string;
  readonly requests: Received[];
  /** Asked for each request, with how many came before; 204 unless told. */
  react: (request: Received, before: number) => Reaction | Promise<Reaction>;
  close(): Promise<void>;
}

/** Starts a receiver, at a certain port where one was there before. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const requests: Received[] = [];
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${address.port}/hook`,
    requests,
    react: () => 204,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await readRequest(request);
    requests.push(received);
    const reaction = await receiver.react(received, requests.length - 1);
    if (reaction === 'hang') return;
    const { status, ...more } = typeof reaction === 'number' ? { status: reaction } : reaction;
    response.writeHead(status, more).end('an answer that nobody reads');
  }
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  const { headers, url: path = '', method = '' } = request;
  return {
    delivery: String(headers['x-template-hub-delivery']),
    event: String(headers['x-template-hub-event']),
    body: await text(request),
    path,
    method,
    headers,
  };
}

/** Checks a signature as a receiver does; written apart from the sender, by the documentation alone. */
export function isSigned({ headers, body }: Pick<Received, 'headers' | 'body'>, secret: string): boolean {
  const [, time, hash] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-template-hub-signature'])) ?? [];
  return hash === createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
}

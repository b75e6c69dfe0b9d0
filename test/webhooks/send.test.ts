import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { sendToLoopback } from './support/send-to-loopback.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  server = undefined;
});

/** Starts a server that behaves in some way, and sends to it. */
async function sendTo(
  listener: RequestListener,
  options: { timeLimitMs?: number; signal?: AbortSignal } = {},
) {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return sendToLoopback({
    url: `http://127.0.0.1:${port}/`,
    headers: {},
    body: '{}',
    timeLimitMs: 10_000,
    signal: new AbortController().signal,
    ...options,
  });
}

test.each([200, 204, 302, 404, 500, 503])(
  'status %i is answered as it is, after one request',
  async (status) => {
    let requests = 0;
    const answer = await sendTo((_request, response) => {
      requests += 1;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(answer).toEqual({ status });
    expect(requests).toBe(1);
  },
);

test('an answer without end is not read to its end', async () => {
  const answer = await sendTo((_request, response) => {
    const pour = () => {
      while (response.write('x'.repeat(16_384)));
    };
    response.on('drain', pour);
    pour();
  });
  expect(answer).toEqual({ status: 200 });
});

test('an answer that trickles is over with the time limit', async () => {
  const sending = sendTo(
    (_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    },
    { timeLimitMs: 200 },
  );
  await expect(sending).rejects.toThrow('within 0.2 s');
});

test('a connection that breaks is told in words, before an answer and within it', async () => {
  await expect(sendTo((request) => request.socket.destroy())).rejects.toThrow('No whole answer');
  server?.close();
  const half = sendTo((request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setImmediate(() => request.socket.destroy());
  });
  await expect(half).rejects.toThrow(/answer/);
});

test('an abort rejects with its reason', async () => {
  const end = new AbortController();
  const reason = new Error('the server stops');
  const sending = sendTo(() => end.abort(reason), { signal: end.signal });
  await expect(sending).rejects.toBe(reason);
});

test('nobody at the address is told in words', async () => {
  const { signal } = new AbortController();
  const request = { url: 'http://[::1]:1/', headers: {}, body: '', timeLimitMs: 10_000, signal };
  await expect(sendToLoopback(request)).rejects.toThrow('No whole answer from the receiver');
});

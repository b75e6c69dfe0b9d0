import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHub, type StartedHub } from './start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub({ empty: true });
});
afterAll(() => hub.close());

it(
  'who takes longer than 10 s for the headers is let go then, not after 30 s',
  { timeout: 30_000 },
  async () => {
    const { hostname, port } = new URL(hub.url);
    const socket = connect(Number(port), hostname);
    const begun = Date.now();
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n');
    const trickle = setInterval(() => socket.write('x-more: 1\r\n'), 500);
    socket.on('error', () => undefined);
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(trickle);
    const seconds = (Date.now() - begun) / 1000;
    expect(seconds).toBeGreaterThan(8);
    expect(seconds).toBeLessThan(15);
  },
);

/** Where webhooks are sent to: what an administrator allows, judged anew for each connection. */
import type { LookupAddress } from 'node:dns';
import { createServer as createSocketServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAddressRule } from '../../src/names/address-rule.ts';
import { createVault } from '../../src/secrets/vault.ts';
import { attemptDelivery } from '../../src/webhooks/attempt.ts';
import { composeTest } from '../../src/webhooks/message.ts';
import { createSend } from '../../src/webhooks/send.ts';
import { startReceiver, type Receiver } from './support/receiver.ts';
import { sendToLoopback } from './support/send-to-loopback.ts';

const request = { headers: {}, body: '{}', timeLimitMs: 5000, signal: new AbortController().signal };

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

const port = () => new URL(receiver.url).port;

describe('without WEBHOOK_ALLOW', () => {
  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1', '0.0.0.0'])(
    '%s is refused, and nothing is connected',
    async (host) => {
      const send = createSend(createAddressRule([]));
      await expect(send({ ...request, url: `http://${host}:${port()}/` })).rejects.toThrow(
        /is a private, loopback or link-local address, or reserved: nothing was sent.*WEBHOOK_ALLOW/,
      );
      expect(receiver.requests).toHaveLength(0);
    },
  );
});

describe('a name', () => {
  /** A name server that answers what it is told, another thing each time. */
  function serveName(...answers: string[][]) {
    const asked: string[] = [];
    const lookUp = (host: string): Promise<LookupAddress[]> => {
      asked.push(host);
      const found = answers[Math.min(asked.length, answers.length) - 1] ?? [];
      return Promise.resolve(found.map((address) => ({ address, family: 4 })));
    };
    return { asked, lookUp };
  }

  const url = () => `http://rebound.example.org:${port()}/`;

  it('that stands for another address at each look-up leads to what was judged, and is looked up once', async () => {
    const rebinding = serveName(['8.8.8.8'], ['127.0.0.1']);
    const judged: string[] = [];
    const rule = (address: string) => {
      judged.push(address);
      return false;
    };
    const send = createSend(rule, rebinding.lookUp);
    await expect(send({ ...request, url: url() })).rejects.toThrow('rebound.example.org stands for 8.8.8.8');
    expect(judged).toEqual(['8.8.8.8']);
    expect(rebinding.asked).toEqual(['rebound.example.org']);
  });

  it('is looked up and judged for each connection, also after one that was allowed', async () => {
    const rebinding = serveName(['127.0.0.1'], ['127.0.0.1'], ['10.0.0.1']);
    const send = createSend(createAddressRule(['127.0.0.1']), rebinding.lookUp);
    expect(await send({ ...request, url: url() })).toEqual({ status: 204 });
    expect(await send({ ...request, url: url() })).toEqual({ status: 204 });
    await expect(send({ ...request, url: url() })).rejects.toThrow('stands for 10.0.0.1');
    expect(rebinding.asked).toHaveLength(3);
    expect(receiver.requests).toHaveLength(2);
  });

  it('that stands for a public and a private address is refused', async () => {
    const { lookUp } = serveName(['8.8.8.8', '127.0.0.1']);
    const send = createSend(createAddressRule([]), lookUp);
    await expect(send({ ...request, url: url() })).rejects.toThrow('stands for 127.0.0.1');
  });

  it('may stand for anything where WEBHOOK_ALLOW has it', async () => {
    const send = createSend(createAddressRule(['Rebound.example.org']), serveName(['127.0.0.1']).lookUp);
    expect(await send({ ...request, url: url() })).toEqual({ status: 204 });
  });
});

it('a redirect is not followed', async () => {
  receiver.react = () => ({ status: 307, location: `${receiver.url}/elsewhere` });
  expect(await sendToLoopback({ ...request, url: receiver.url })).toEqual({ status: 307 });
  expect(receiver.requests).toHaveLength(1);
});

describe('what a test tells of an answer', () => {
  const told = 'swordfish of somebody else';

  it.each([
    ['a body', `HTTP/1.1 500 ${told}\r\nx-more: ${told}\r\ncontent-length: ${told.length}\r\n\r\n${told}`],
    ['another protocol', `220 ${told}\r\n`],
    ['a half header', `HTTP/1.1 200 OK\r\n${told}`],
    ['a broken header', `HTTP/1.1 200 OK\r\n${told}\r\n\r\n`],
  ])('holds nothing of %s', async (_what, answer) => {
    const server = createSocketServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const ownPort = typeof address === 'object' ? address?.port : undefined;
    const outcome = await attemptDelivery({
      ...request,
      webhook: { url: `http://127.0.0.1:${ownPort}/`, secret: 'secret of the test' },
      vault: createVault(undefined),
      message: composeTest(1, 0),
      send: sendToLoopback,
      now: 0,
    });
    server.close();
    expect(outcome.delivered).toBe(false);
    expect(outcome.error).toBeTruthy();
    expect(JSON.stringify(outcome)).not.toContain('swordfish');
  });
});

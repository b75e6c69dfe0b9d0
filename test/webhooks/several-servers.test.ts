import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimNext } from '../../src/webhooks/claim.ts';
import { queueChanges } from '../../src/webhooks/queue-changes.ts';
import { openOutbox, type Outbox } from './support/outbox.ts';
import { startReceiver, type Receiver } from './support/receiver.ts';
import { sendToLoopback } from './support/send-to-loopback.ts';

let outbox: Outbox;
let receiver: Receiver;

beforeEach(async () => {
  outbox = await openOutbox();
  receiver = await startReceiver();
});

afterEach(async () => {
  await receiver.close();
  await outbox.close();
});

const intervals = { claimMs: 3_600_000 };

test('two servers on one store send each change once, never two at the same time to one receiver', async () => {
  let underWay = 0;
  let most = 0;
  receiver.react = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return 200;
  };
  await outbox.createWebhook(receiver.url);
  outbox.startSender({ intervals });
  outbox.startSender({ intervals });
  for (let round = 0; round < 5; round += 1) {
    await outbox.addChanges({}, {}, {});
    await outbox.until(() => receiver.requests.length >= round * 3);
  }
  await outbox.until(async () => (await outbox.deliveries()).filter((one) => one.deliveredAt).length === 15);
  expect(most).toBe(1);
  const deliveries = receiver.requests.map(({ delivery }) => Number(delivery));
  expect(deliveries).toEqual([...new Set(deliveries)].sort((a, b) => a - b));
  expect(deliveries).toHaveLength(15);
});

test('of many claims at the same moment one is given', async () => {
  const { store, clock } = outbox;
  const { id: webhookId } = await outbox.createWebhook(receiver.url);
  await outbox.addChanges({}, {});
  await Promise.all([queueChanges({ store, clock }), queueChanges({ store, clock })]);
  expect(await outbox.deliveries()).toHaveLength(2);
  const claim = { webhookId, now: clock.now(), claimMs: 30_000 };
  const given = await Promise.all(Array.from({ length: 10 }, () => claimNext(store, claim)));
  expect(given.filter((one) => one !== undefined)).toHaveLength(1);
});

test('what a server had sent when it died is sent again under the same id, and order is kept', async () => {
  await outbox.createWebhook(receiver.url);
  const [first, second] = await outbox.addChanges({}, {});
  let die = () => {};
  const dead = new Promise<never>((_resolve, reject) => {
    die = () => reject(new Error('the process is gone'));
  });
  outbox.startSender({
    send: async (request) => {
      await sendToLoopback(request);
      return dead;
    },
  });
  await outbox.until(() => receiver.requests.length === 1);
  const before = outbox.clock.now();
  outbox.startSender({ intervals });
  await outbox.until(async () => (await outbox.deliveries()).every(({ deliveredAt }) => deliveredAt));
  expect(outbox.clock.now() - before).toBeGreaterThanOrEqual(29_000);
  const ids = receiver.requests.map(({ delivery }) => delivery);
  expect(ids).toHaveLength(3);
  expect(ids[1]).toBe(ids[0]);
  expect((await outbox.deliveries()).map(({ changeId }) => changeId)).toEqual([first, second]);
  die();
  await outbox.clock.advance(10_000);
  expect((await outbox.deliveries()).map(({ lastError }) => lastError)).toEqual([null, null]);
});

test('a try that is broken off by a stop is done at the next start, without waiting for its claim', async () => {
  receiver.react = (_request, before) => (before === 0 ? 'hang' : 200);
  await outbox.createWebhook(receiver.url);
  await outbox.addChanges({});
  const sender = outbox.startSender({ intervals });
  await outbox.until(() => receiver.requests.length === 1);
  await sender.stop();
  outbox.startSender({ intervals });
  await outbox.until(async () => (await outbox.deliveries()).every(({ deliveredAt }) => deliveredAt));
  expect(receiver.requests).toHaveLength(2);
});

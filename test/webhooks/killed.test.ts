import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WebhookSend } from '../../src/webhooks/send.ts';
import { createWebhookSender } from '../../src/webhooks/webhook-sender.ts';
import { driveUntil } from '../replication/support/drive-until.ts';
import { Life } from '../replication/support/life.ts';
import { openOutbox, type Outbox } from './support/outbox.ts';

let outbox: Outbox;

beforeAll(async () => {
  outbox = await openOutbox();
});

afterAll(() => outbox.close());

const silent = () => undefined;

/** Starts the sender of one life; it dies where its life ends. */
function boot(life: Life, send: WebhookSend) {
  const sender = createWebhookSender({
    store: life.watchStore(outbox.store),
    clock: life.watchClock(outbox.clock),
    random: () => 0.5,
    logger: { debug: silent, warn: silent },
    send: async (request) => {
      await life.pass('before send');
      try {
        return await send(request);
      } finally {
        await life.pass('after send');
      }
    },
  });
  sender.start();
  return sender;
}

async function waitUntilDelivered(webhookId: number, count: number): Promise<void> {
  const where = { webhookId, deliveredAt: { not: null } };
  while ((await outbox.store.prisma.webhookDelivery.count({ where })) < count) {
    await outbox.clock.sleep(1000);
  }
}

/** Lets a sender die at its `point`-th await, and another one go on. Answers what was sent, and whether it died. */
async function killAt(point: number) {
  const sent: { delivery: string; change: number }[] = [];
  const send: WebhookSend = async ({ headers, body }) => {
    const delivery = headers['x-template-hub-delivery'] ?? '';
    sent.push({ delivery, change: Number(/"databaseId":(\d+)/.exec(body)?.[1]) });
    return { status: sent.length === 2 ? 500 : 200 };
  };
  const { id } = await outbox.createWebhook('http://127.0.0.1:9/');
  const changes = await outbox.addChanges({}, {}, {});
  const [first, second] = [new Life({ point }), new Life()];
  boot(first, send);
  const survivor = boot(second, send);
  await driveUntil(outbox.clock, [first, second], { promise: waitUntilDelivered(id, changes.length) });
  const { killed } = first;
  first.kill();
  await survivor.stop();
  await outbox.service.remove(id);
  return { sent, changes, killed };
}

test('wherever one of two servers dies, each change arrives, in order, and twice at most for its death', async () => {
  let point = 1;
  for (let died = true; died; point += 1) {
    const { sent, changes, killed } = await killAt(point);
    died = killed;
    const where = `killed at point ${point}`;
    expect([...new Set(sent.map(({ change }) => change))], where).toEqual(changes);
    expect(new Set(sent.map(({ delivery }) => delivery)).size, where).toBe(changes.length);
    // One more for the answer 500, one more for the death.
    expect(sent.length, where).toBeLessThanOrEqual(changes.length + 2);
    const order = sent.map(({ change }) => change);
    expect(order, where).toEqual([...order].sort((a, b) => a - b));
  }
  expect(point).toBeGreaterThan(15);
}, 120_000);

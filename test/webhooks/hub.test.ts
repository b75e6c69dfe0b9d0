import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWebhookSender } from '../../src/webhooks/webhook-sender.ts';
import { createWebhookService } from '../../src/webhooks/webhook-service.ts';
import { createLaboratory, silentLogger } from '../replication/support/laboratory.ts';
import { buildWorld } from '../replication/support/small-world.ts';
import { isSigned, startReceiver, type Receiver } from './support/receiver.ts';
import { sendToLoopback } from './support/send-to-loopback.ts';

const secret = 'a secret of the tests that nobody else knows';

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

test('what a scan sees and a run makes is told, in the order it happened', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 1 }) });
  const { store, clock, random } = laboratory;
  await createWebhookService({ store, clock, send: sendToLoopback }).create({ url: receiver.url, secret });
  const intervals = { pollMs: 3_600_000, claimMs: 1e9 };
  const sender = createWebhookSender({
    store,
    clock,
    random,
    logger: silentLogger,
    send: sendToLoopback,
    intervals,
  });
  try {
    sender.start();
    const server = laboratory.boot();
    server.replicator.events.on('template', () => sender.nudge());
    await laboratory.settle(server);
    sender.nudge();
    const changes = await store.prisma.templateChange.findMany({ orderBy: { id: 'asc' } });
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['APPEARED', 'REPLICATED']));
    const expected = [...changes.map(({ kind }) => kind), 'RUN_FINISHED'];
    await expect.poll(() => receiver.requests.map(({ event }) => event)).toEqual(expected);
    expect(receiver.requests.every((request) => isSigned(request, secret))).toBe(true);
  } finally {
    await sender.stop();
    await laboratory.close();
  }
});

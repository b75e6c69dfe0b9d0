/** Events of clusters and runs on their way to webhooks. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWebhookSender } from '../../src/webhooks/webhook-sender.ts';
import { createWebhookService } from '../../src/webhooks/webhook-service.ts';
import { createLaboratory, silentLogger } from '../replication/support/laboratory.ts';
import { buildWorld } from '../replication/support/small-world.ts';
import { openOutbox, secret, type Outbox } from './support/outbox.ts';
import { startReceiver, type Receiver } from './support/receiver.ts';
import { sendToLoopback } from './support/send-to-loopback.ts';

let receiver: Receiver;
let outbox: Outbox;

beforeEach(async () => {
  receiver = await startReceiver();
  outbox = await openOutbox();
});

afterEach(async () => {
  await outbox.close();
  await receiver.close();
});

const happened = (kind: 'RUN_FAILED' | 'CLUSTER_UNREACHABLE', clusterId = 'lab') =>
  outbox.store.prisma.hubEvent.create({
    data: { at: new Date(outbox.clock.now()), kind, clusterId, code: 'X' },
  });

test('a run that is over is told after what it made', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 0 }) });
  const { store, clock, random } = laboratory;
  await createWebhookService({ store, clock, send: sendToLoopback }).create({ url: receiver.url, secret });
  const sender = createWebhookSender({ store, clock, random, logger: silentLogger, send: sendToLoopback });
  try {
    await laboratory.settle(laboratory.boot());
    sender.start();
    await expect.poll(() => receiver.requests.map(({ event }) => event)).toContain('RUN_FINISHED');
    const told = receiver.requests.map(({ event }) => event);
    expect(told.indexOf('RUN_FINISHED')).toBeGreaterThan(told.lastIndexOf('REPLICATED'));
    const { body = '' } = receiver.requests.find(({ event }) => event === 'RUN_FINISHED') ?? {};
    expect(JSON.parse(body)).toMatchObject({
      change: null,
      happened: { clusterId: 'lab', runId: 1, outcome: 'SUCCEEDED', code: null, message: null },
    });
  } finally {
    await sender.stop();
    await laboratory.close();
  }
});

test('a webhook is told of the events and the clusters that it names, each once', async () => {
  const { service, store, until } = outbox;
  await store.prisma.cluster.create({ data: { id: 'lab', name: 'lab', host: 'lab.test' } });
  await service.create({ url: receiver.url, secret, events: ['RUN_FAILED'], clusterId: 'lab' });
  await outbox.addChanges({});
  await happened('RUN_FAILED');
  await happened('CLUSTER_UNREACHABLE');
  await happened('RUN_FAILED', 'other');
  await happened('RUN_FAILED');
  outbox.startSender();
  outbox.startSender();
  await until(() => receiver.requests.length >= 2);
  await outbox.clock.advance(60_000);
  expect(receiver.requests.map(({ event }) => event)).toEqual(['RUN_FAILED', 'RUN_FAILED']);
  expect(new Set(receiver.requests.map(({ delivery }) => delivery)).size).toBe(2);
});

test('one that names nothing is told of everything from now on', async () => {
  await happened('RUN_FAILED');
  await outbox.createWebhook(receiver.url);
  await outbox.addChanges({});
  await happened('CLUSTER_UNREACHABLE');
  outbox.startSender();
  await outbox.until(() => receiver.requests.length >= 2);
  expect(receiver.requests.map(({ event }) => event)).toEqual(['APPEARED', 'CLUSTER_UNREACHABLE']);
});

test('an event that is no longer in the store is given up', async () => {
  await outbox.createWebhook(receiver.url);
  await happened('RUN_FAILED');
  receiver.react = () => 500;
  outbox.startSender();
  await outbox.until(() => receiver.requests.length === 1);
  await outbox.store.prisma.hubEvent.deleteMany();
  await outbox.until(async () => (await outbox.deliveries()).every(({ failedAt }) => failedAt));
  expect(await outbox.deliveries()).toMatchObject([{ lastError: expect.stringContaining('no longer') }]);
});

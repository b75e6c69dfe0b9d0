import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { isSigned, startReceiver, type Receiver } from './support/receiver.ts';
import { openOutbox, secret, type Outbox } from './support/outbox.ts';

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

const messageSchema = z.strictObject({
  delivery: z.string(),
  webhook: z.int(),
  event: z.string(),
  change: z.strictObject({
    databaseId: z.int(),
    at: z.iso.datetime(),
    kind: z.string(),
    clusterId: z.string().nullable(),
    vmid: z.int(),
    name: z.string(),
    node: z.string().nullable(),
    fromNode: z.string().nullable(),
    runId: z.int().nullable(),
    detail: z.string().nullable(),
  }),
});

function readChanges(requests = receiver.requests): number[] {
  return requests.map(({ body }) => messageSchema.parse(JSON.parse(body)).change.databaseId);
}

async function areAllOver(): Promise<boolean> {
  const deliveries = await outbox.deliveries();
  return deliveries.length > 0 && deliveries.every((one) => one.deliveredAt ?? one.failedAt);
}

test('a change is sent once, signed, with what the documentation promises', async () => {
  await outbox.addChanges({ name: 'before the webhook' });
  const webhook = await outbox.createWebhook(receiver.url);
  const [id] = await outbox.addChanges({ kind: 'MOVED', vmid: 900, node: 'pve2', fromNode: 'pve1' });
  outbox.startSender();
  await outbox.until(areAllOver);
  const [request, ...others] = receiver.requests;
  const [delivery] = await outbox.deliveries();
  expect(others).toEqual([]);
  expect(request).toMatchObject({
    method: 'POST',
    path: '/hook',
    event: 'MOVED',
    delivery: `${delivery?.id}`,
  });
  expect(request?.headers['content-type']).toBe('application/json');
  expect(request && isSigned(request, secret)).toBe(true);
  expect(messageSchema.parse(JSON.parse(request?.body ?? ''))).toMatchObject({
    delivery: `${delivery?.id}`,
    webhook: webhook.id,
    event: 'MOVED',
    change: { databaseId: id, kind: 'MOVED', vmid: 900, node: 'pve2', fromNode: 'pve1' },
  });
  expect(delivery).toMatchObject({ attempts: 1, lastStatus: 204, lastError: null, notBefore: null });
});

test('changes arrive in order, however many transactions queue them', async () => {
  await outbox.service.create({ url: receiver.url, secret, kinds: ['REMOVED'] });
  const at = new Date(outbox.clock.now());
  const data = Array.from({ length: 1100 }, (_, index) => ({
    at,
    kind: index % 100 === 7 ? ('REMOVED' as const) : ('APPEARED' as const),
    vmid: 100 + index,
    name: `template-${index}`,
  }));
  await outbox.store.prisma.templateChange.createMany({ data });
  outbox.startSender();
  await outbox.until(() => receiver.requests.length === 11);
  expect(readChanges()).toEqual(Array.from({ length: 11 }, (_, index) => 100 * index + 8));
});

test('only the kinds and the cluster that are wanted are sent', async () => {
  const { prisma } = outbox.store;
  await prisma.cluster.create({ data: { id: 'lab', name: 'Lab', host: '127.0.0.2', port: 8006 } });
  const wanted = { url: receiver.url, secret, kinds: ['VANISHED' as const], clusterId: 'lab' };
  const { id } = await outbox.service.create(wanted);
  await outbox.addChanges({ kind: 'MOVED' }, { kind: 'VANISHED', clusterId: 'school' });
  const [vanished] = await outbox.addChanges({ kind: 'VANISHED' });
  await outbox.addChanges({ kind: 'RETURNED' });
  outbox.startSender();
  await outbox.until(areAllOver);
  expect(readChanges()).toEqual([vanished]);
  expect((await prisma.webhook.findUniqueOrThrow({ where: { id } })).cursor).toBe(4);
});

test('a receiver that fails is tried again, and later changes wait for it', async () => {
  receiver.react = (_request, before) => (before < 3 ? 500 : 200);
  await outbox.createWebhook(receiver.url);
  const [first, second] = await outbox.addChanges({}, {});
  outbox.startSender();
  await outbox.until(areAllOver);
  expect(readChanges()).toEqual([first, first, first, first, second]);
  expect(new Set(receiver.requests.slice(0, 4).map(({ delivery, body }) => delivery + body)).size).toBe(1);
  expect(receiver.requests.every((request) => isSigned(request, secret))).toBe(true);
  expect((await outbox.deliveries()).map(({ attempts }) => attempts)).toEqual([4, 1]);
});

test('a receiver that is away gets everything when it is there again', async () => {
  const { port } = new URL(receiver.url);
  await outbox.createWebhook(receiver.url);
  await receiver.close();
  const changes = await outbox.addChanges({}, {}, {});
  outbox.startSender();
  await outbox.until(async () => (await outbox.deliveries()).some(({ attempts }) => attempts >= 3));
  const [waiting] = await outbox.deliveries();
  expect(waiting).toMatchObject({ lastStatus: null, lastError: expect.stringContaining('ECONNREFUSED') });
  receiver = await startReceiver(Number(port));
  await outbox.until(areAllOver);
  expect(readChanges()).toEqual(changes);
});

test('a receiver that does not answer in time is tried again', async () => {
  receiver.react = (_request, before) => (before === 0 ? 'hang' : 200);
  await outbox.createWebhook(receiver.url);
  await outbox.addChanges({});
  outbox.startSender({ intervals: { timeLimitMs: 300, claimMs: 3_600_000 } });
  await outbox.until(async () => (await outbox.deliveries()).some(({ lastError }) => lastError));
  const [slow] = await outbox.deliveries();
  expect(slow).toMatchObject({ attempts: 1, lastStatus: null, lastError: expect.stringContaining('within') });
  await outbox.until(areAllOver);
  expect(new Set(readChanges()).size).toBe(1);
});

test('a delivery that fails too often is given up, and the next one is sent', async () => {
  receiver.react = ({ body }) => (body.includes('"poison"') ? 422 : 200);
  await outbox.createWebhook(receiver.url);
  const [bad, good] = await outbox.addChanges({ name: 'poison' }, {});
  outbox.startSender({ retry: { attempts: 3, firstMs: 1000, maxMs: 2000 } });
  await outbox.until(areAllOver);
  expect(readChanges()).toEqual([bad, bad, bad, good]);
  const [failed, delivered] = await outbox.deliveries();
  expect(failed).toMatchObject({ attempts: 3, deliveredAt: null, lastStatus: 422 });
  expect(failed?.failedAt).not.toBeNull();
  expect(delivered?.deliveredAt).not.toBeNull();
});

test('redirects are not followed', async () => {
  const elsewhere = await startReceiver();
  receiver.react = () => ({ status: 307, location: elsewhere.url });
  await outbox.createWebhook(receiver.url);
  await outbox.addChanges({});
  outbox.startSender({ retry: { attempts: 1, firstMs: 1, maxMs: 1 } });
  await outbox.until(areAllOver);
  expect(elsewhere.requests).toEqual([]);
  const [delivery] = await outbox.deliveries();
  expect(delivery).toMatchObject({ lastStatus: 307, lastError: expect.stringContaining('final URL') });
  await elsewhere.close();
});

test('a receiver that is gone (410) is not told any more', async () => {
  receiver.react = () => 410;
  const { id } = await outbox.createWebhook(receiver.url);
  await outbox.addChanges({}, {});
  outbox.startSender();
  await outbox.until(areAllOver);
  await outbox.addChanges({});
  await outbox.clock.advance(60_000);
  expect(receiver.requests).toHaveLength(1);
  expect(await outbox.store.prisma.webhook.findUniqueOrThrow({ where: { id } })).toMatchObject({
    active: false,
  });
  expect(
    (await outbox.deliveries()).map(({ lastStatus, failedAt }) => [lastStatus, failedAt !== null]),
  ).toEqual([
    [410, true],
    [null, true],
  ]);
});

test('a slow receiver does not keep others waiting', async () => {
  const other = await startReceiver();
  receiver.react = () => 'hang';
  await outbox.createWebhook(receiver.url);
  await outbox.createWebhook(other.url);
  await outbox.addChanges({}, {}, {});
  outbox.startSender({ intervals: { claimMs: 3_600_000 } });
  await outbox.until(() => receiver.requests.length === 1 && other.requests.length === 3);
  await other.close();
});

test('a nudge wakes the sender before its time', async () => {
  await outbox.createWebhook(receiver.url);
  const sender = outbox.startSender({ intervals: { pollMs: 1e12 } });
  await outbox.clock.advance(1);
  await outbox.addChanges({});
  sender.nudge();
  await outbox.until(areAllOver);
  expect(receiver.requests).toHaveLength(1);
});

test('deliveries that are over are deleted after 30 days, others stay', async () => {
  const day = 86_400_000;
  receiver.react = ({ body }) => (body.includes('"poison"') ? 500 : 200);
  await outbox.createWebhook(receiver.url);
  await outbox.addChanges({}, {}, { name: 'poison' });
  const sender = outbox.startSender();
  await outbox.until(async () => (await outbox.deliveries()).some(({ lastStatus }) => lastStatus === 500));
  await sender.stop();
  await outbox.clock.advance(31 * day);
  receiver.react = () => 'hang';
  outbox.startSender();
  await outbox.until(async () => (await outbox.deliveries()).length === 1);
  expect((await outbox.deliveries())[0]?.deliveredAt).toBeNull();
});

test('the secret is in no log and no stored error', async () => {
  receiver.react = (_request, before) => (before % 2 === 0 ? 500 : 200);
  await outbox.createWebhook(receiver.url);
  await outbox.addChanges({}, {});
  outbox.startSender({ retry: { attempts: 1, firstMs: 1, maxMs: 1 } });
  await outbox.until(areAllOver);
  expect(outbox.log()).toContain('given up');
  expect(outbox.log() + JSON.stringify(await outbox.deliveries())).not.toContain(secret);
});

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../../src/log/logger.ts';
import { systemClock } from '../../src/time/clock.ts';
import { queueChanges } from '../../src/webhooks/queue-changes.ts';
import { createWebhookSender } from '../../src/webhooks/webhook-sender.ts';
import { createWebhookService } from '../../src/webhooks/webhook-service.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';
import { isSigned, startReceiver, type Receiver } from '../webhooks/support/receiver.ts';
import { sendToLoopback } from '../webhooks/support/send-to-loopback.ts';

const secret = 'known to sender and receiver alone';

let hub: StartedHub;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  hub = await startHub({
    createServices: (store) => ({
      webhooks: createWebhookService({ store, clock: systemClock, send: sendToLoopback }),
    }),
  });
});

afterEach(async () => {
  await hub.close();
  await receiver.close();
});

const fields = 'id databaseId url kinds clusterId active';
const userErrors = 'userErrors { code field message }';

/** Asks, and reads what the field `name` answers; the answer never holds the secret. */
async function ask<Schema extends z.ZodType>(
  document: string,
  input: object | undefined,
  schema: Schema,
): Promise<z.output<Schema>> {
  const answer = await hub.query(document, input && { input });
  expect(answer.errors).toBeUndefined();
  expect(JSON.stringify(answer)).not.toContain(secret);
  return schema.parse(Object.values(answer.data ?? {})[0]);
}

const webhookSchema = z.object({
  id: z.string(),
  databaseId: z.int(),
  url: z.string(),
  kinds: z.array(z.string()),
  clusterId: z.string().nullable(),
  active: z.boolean(),
});

const payloadSchema = z.object({
  webhook: webhookSchema.nullable(),
  userErrors: z.array(
    z.object({ code: z.string(), field: z.array(z.string()).nullable(), message: z.string() }),
  ),
});

function create(input: object): Promise<z.output<typeof payloadSchema>> {
  const document = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { ${fields} } ${userErrors} } }`;
  return ask(document, { url: receiver.url, secret, ...input }, payloadSchema);
}

function update(input: object): Promise<z.output<typeof payloadSchema>> {
  const document = `mutation ($input: UpdateWebhookInput!) { updateWebhook(input: $input) { webhook { ${fields} } ${userErrors} } }`;
  return ask(document, input, payloadSchema);
}

async function createId(input: object = {}): Promise<string> {
  const { webhook } = await create(input);
  return webhook?.id ?? '';
}

function list() {
  return ask(`{ webhooks { ${fields} } }`, undefined, z.array(webhookSchema));
}

test('a webhook is made, listed, found by its id, changed and deleted', async () => {
  const { webhook } = await create({ kinds: ['MOVED', 'APPEARED'], clusterId: 'cluster1' });
  expect(webhook).toMatchObject({
    url: receiver.url,
    kinds: ['APPEARED', 'MOVED'],
    clusterId: 'cluster1',
    active: true,
  });
  expect(await list()).toEqual([webhook]);
  const id = webhook?.id;
  const found = await ask(`{ node(id: "${id}") { ... on Webhook { ${fields} } } }`, undefined, webhookSchema);
  expect(found).toEqual(webhook);
  const changed = await update({ id, kinds: [], clusterId: null, active: false });
  expect(changed.webhook).toEqual({ ...webhook, kinds: [], clusterId: null, active: false });
  expect((await update({ id, active: true })).webhook).toMatchObject({ url: receiver.url, active: true });
  const gone = await ask(
    `mutation ($input: DeleteWebhookInput!) { deleteWebhook(input: $input) { deletedId ${userErrors} } }`,
    { id },
    z.unknown(),
  );
  expect(gone).toEqual({ deletedId: id, userErrors: [] });
  expect(await list()).toEqual([]);
  expect((await update({ id, active: true })).userErrors).toMatchObject([
    { code: 'WEBHOOK_NOT_FOUND', field: ['input', 'id'] },
  ]);
});

test.each([
  [{ url: 'example.org' }, 'INVALID_INPUT', 'url'],
  [{ url: 'https://user:word@example.org' }, 'INVALID_INPUT', 'url'],
  [{ secret: 'short' }, 'INVALID_INPUT', 'secret'],
  [{ clusterId: 'nowhere' }, 'CLUSTER_NOT_FOUND', 'clusterId'],
])('with %o it is refused', async (input, code, field) => {
  expect(await create(input)).toMatchObject({
    webhook: null,
    userErrors: [{ code, field: ['input', field] }],
  });
  expect(await list()).toEqual([]);
});

test('a repeat with the same idempotency key makes no second webhook; another input is refused', async () => {
  const first = await create({ idempotencyKey: 'one' });
  expect(await create({ idempotencyKey: 'one' })).toEqual(first);
  expect(await list()).toHaveLength(1);
  expect((await create({ idempotencyKey: 'one', kinds: ['MOVED'] })).userErrors).toMatchObject([
    { code: 'IDEMPOTENCY_CONFLICT', field: ['input', 'idempotencyKey'] },
  ]);
});

const testDocument = `mutation ($input: TestWebhookInput!) { testWebhook(input: $input) { test { delivered status error } ${userErrors} } }`;

test('a test message is signed, sent at once, and says what the receiver did', async () => {
  const id = await createId();
  const good = await ask(testDocument, { id }, z.unknown());
  expect(good).toEqual({ test: { delivered: true, status: 204, error: null }, userErrors: [] });
  const [request] = receiver.requests;
  expect(request?.event).toBe('TEST');
  expect(request && isSigned(request, secret)).toBe(true);
  receiver.react = () => 503;
  expect(await ask(testDocument, { id }, z.unknown())).toMatchObject({
    test: { delivered: false, status: 503, error: 'The receiver answered 503.' },
  });
  await receiver.close();
  expect(await ask(testDocument, { id }, z.unknown())).toMatchObject({
    test: { delivered: false, status: null, error: expect.stringContaining('ECONNREFUSED') },
  });
  receiver = await startReceiver();
});

const deliveriesDocument = `{
  webhooks { deliveries(first: 2) {
    totalCount pageInfo { hasNextPage }
    nodes { changeId state attempts lastStatus lastError notBefore }
  } }
}`;

test('deliveries are listed, the newest first, and counted by state', async () => {
  await createId();
  receiver.react = ({ body }) => (body.includes('"poison"') ? 500 : 200);
  const { prisma } = hub.store;
  const change = { at: new Date(), kind: 'APPEARED' as const, vmid: 900, name: 'debian' };
  const [first, second, third] = await prisma.templateChange.createManyAndReturn({
    data: [change, { ...change, name: 'poison' }, change],
  });
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const sender = createWebhookSender({
    store: hub.store,
    clock: systemClock,
    random: Math.random,
    logger,
    send: sendToLoopback,
  });
  sender.start();
  await expect.poll(() => prisma.webhookDelivery.count({ where: { lastStatus: 500 } })).toBe(1);
  await sender.stop();
  expect(await ask(deliveriesDocument, undefined, z.unknown())).toEqual([
    {
      deliveries: {
        totalCount: 3,
        pageInfo: { hasNextPage: true },
        nodes: [
          {
            changeId: third?.id,
            state: 'PENDING',
            attempts: 0,
            lastStatus: null,
            lastError: null,
            notBefore: null,
          },
          {
            changeId: second?.id,
            state: 'PENDING',
            attempts: 1,
            lastStatus: 500,
            lastError: 'The receiver answered 500.',
            notBefore: expect.any(String),
          },
        ],
      },
    },
  ]);
  const counts = await ask(
    `{ webhooks {
      delivered: deliveries(state: DELIVERED) { totalCount nodes { changeId state change { databaseId name template { name } } } }
      failed: deliveries(state: FAILED) { totalCount }
    } }`,
    undefined,
    z.unknown(),
  );
  expect(counts).toEqual([
    {
      delivered: {
        totalCount: 1,
        nodes: [
          {
            changeId: first?.id,
            state: 'DELIVERED',
            change: { databaseId: first?.id, name: 'debian', template: null },
          },
        ],
      },
      failed: { totalCount: 0 },
    },
  ]);
});

test('an idempotency key of 90 kB is refused, and nothing is made', async () => {
  const { webhook, userErrors: errors } = await create({ idempotencyKey: 'k'.repeat(90_000) });
  expect(webhook).toBeNull();
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', field: ['input', 'idempotencyKey'] }]);
  expect(errors[0]?.message.length).toBeLessThan(100);
  expect(await list()).toEqual([]);
});

test('a webhook names events, and its deliveries show them', async () => {
  const id = await createId({ kinds: ['MOVED'], events: ['RUN_FAILED'] });
  const { prisma } = hub.store;
  const at = new Date('2026-01-01T00:00:00.000Z');
  const event = { at, clusterId: 'cluster1', runId: 5, outcome: 'FAILED' as const, code: 'NO_SPACE' };
  await prisma.hubEvent.create({ data: { ...event, kind: 'RUN_FINISHED' } });
  await prisma.hubEvent.create({ data: { ...event, kind: 'RUN_FAILED', message: 'no space' } });
  await queueChanges({ store: hub.store, clock: systemClock });
  const shown = `{ events kinds deliveries { nodes {
    changeId change { name } event { kind at clusterId runId outcome code message } } } }`;
  expect(await ask(`{ webhooks ${shown} }`, undefined, z.unknown())).toEqual([
    {
      events: ['RUN_FAILED'],
      kinds: ['MOVED'],
      deliveries: {
        nodes: [
          {
            changeId: 0,
            change: null,
            event: { ...event, at: at.toISOString(), kind: 'RUN_FAILED', message: 'no space' },
          },
        ],
      },
    },
  ]);
  expect((await update({ id, events: [], kinds: [] })).webhook).toMatchObject({ kinds: [] });
});

test('changes of many deliveries and their templates take one statement a level', async () => {
  await createId();
  const { prisma } = hub.store;
  const templates = await prisma.template.findMany({ take: 20, orderBy: { id: 'asc' } });
  const at = new Date();
  await prisma.templateChange.createMany({
    data: templates.map(({ id: templateId, vmid, name }) => ({ at, kind: 'MOVED', templateId, vmid, name })),
  });
  await queueChanges({ store: hub.store, clock: systemClock });
  const statements = vi.spyOn(Database.prototype, 'prepare');
  const answer = await ask(
    '{ webhooks { deliveries { nodes { change { name template { name } } } } } }',
    undefined,
    z.tuple([z.object({ deliveries: z.object({ nodes: z.array(z.unknown()) }) })]),
  );
  const reads = statements.mock.calls.filter(([sql]) => /^\s*SELECT/i.test(sql));
  statements.mockRestore();
  const names = templates.map(({ name }) => ({ change: { name, template: { name } } }));
  expect(answer[0].deliveries.nodes).toEqual(names.reverse());
  // Webhooks, which deliveries, deliveries, changes, and the templates by way of the changes once more.
  expect(reads).toHaveLength(6);
});

test('ids that are none find nothing', async () => {
  for (const inner of ['Webhook:x', 'Webhook:99999999999', 'WebhookDelivery:7', 'Webhook:-1']) {
    const id = Buffer.from(inner).toString('base64');
    const answer = await hub.query(`{ node(id: "${id}") { id } }`);
    expect(answer).toEqual({ data: { node: null } });
    if (!inner.startsWith('Webhook:')) continue;
    expect((await update({ id, active: true })).userErrors).toMatchObject([{ code: 'WEBHOOK_NOT_FOUND' }]);
  }
});

test('a page of deliveries that is too long is refused', async () => {
  await createId();
  const { errors } = await hub.query('{ webhooks { deliveries(first: 101) { totalCount } } }');
  expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('a webhook that is switched off misses what happens meanwhile', async () => {
  const id = await createId();
  await update({ id, active: false });
  const { prisma } = hub.store;
  const data = { at: new Date(), kind: 'APPEARED' as const, vmid: 900, name: 'debian' };
  const missed = await prisma.templateChange.create({ data });
  await update({ id, active: true });
  const [webhook] = await prisma.webhook.findMany();
  expect(webhook?.cursor).toBe(missed.id);
});

test('an input that does not fit the schema is refused without repeating the secret', async () => {
  const document =
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }';
  for (const input of [{ secret }, { url: receiver.url, secret, more: 1 }, { url: 5, secret }, [secret]]) {
    const { errors } = await hub.query(document, { input });
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).not.toContain(secret);
  }
  for (const input of [
    { url: receiver.url, secret: 5_123_987 },
    { url: receiver.url, secret: ['5123987'] },
    '5123987',
  ]) {
    const { errors } = await hub.query(document, { input });
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).not.toContain('5123987');
  }
  for (const broken of [`secret "${secret}"`, `secret: ${secret.replaceAll(' ', '_')}`, 'secret: 5123987']) {
    const { errors } = await hub.query(
      `mutation { createWebhook(input: { url: "http://x", ${broken} }) { webhook { id } } }`,
    );
    expect(errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/5123987|known.to.sender/);
  }
  const literal = `mutation { createWebhook(input: { secret: "${secret}", mor: 1 }) { webhook { id } } }`;
  const { errors } = await hub.query(literal);
  expect(errors?.[0]?.message).toContain('required field "url"');
  expect(JSON.stringify(errors)).not.toContain(secret);
});

import type { Webhook } from '../../prisma/generated/sqlite/client.ts';
import type { Database } from '../store/database.ts';
import { checkKey, findResult, rememberResult, type KeyedRequest } from '../store/idempotency.ts';
import { checkCluster } from './check-cluster.ts';
import { joinKinds } from './kinds.ts';
import { awaitWrittenChanges, readCursors } from './cursors.ts';
import { createNotFound, WebhookError } from './webhook-error.ts';
import { checkWebhookInput, createWebhookSchema, type CreateWebhookInput } from './webhook-input.ts';
import type { WebhookTools } from './webhook-tools.ts';

/** What is asked for. */
export interface CreateWebhookRequest extends CreateWebhookInput {
  /** The same key with the same input gives the first webhook again. */
  readonly idempotencyKey?: string;
}

/** Makes a webhook that is told of what happens from now on. */
export async function createWebhook(tools: WebhookTools, request: CreateWebhookRequest): Promise<Webhook> {
  const { idempotencyKey, ...input } = request;
  const { url, secret, kinds, events, clusterId } = checkWebhookInput(createWebhookSchema, input);
  const asked = { url, secret, kinds: joinKinds(kinds), clusterId };
  // Without events the same as before there were any, so that older keys are known again.
  const data = events.length === 0 ? asked : { ...asked, events: joinKinds(events) };
  const { store, clock } = tools;
  if (idempotencyKey !== undefined) checkKey(idempotencyKey);
  return store.transaction(async (database) => {
    await awaitWrittenChanges(database, store.provider);
    await checkCluster(database, clusterId);
    const create = async () => {
      const cursors = await readCursors(database);
      return database.webhook.create({
        data: { ...data, secret: store.vault.seal(secret), ...cursors, createdAt: new Date(clock.now()) },
      });
    };
    if (idempotencyKey === undefined) return create();
    const key = `webhooks/${idempotencyKey}`;
    const keyed = { key, mutation: 'createWebhook', input: data, now: clock.now() };
    return createOnce(database, keyed, create);
  });
}

async function createOnce(
  database: Database,
  request: KeyedRequest,
  create: () => Promise<Webhook>,
): Promise<Webhook> {
  const known = await findResult(database, request);
  if (known && 'conflict' in known) {
    const message = 'The idempotency key was used for another webhook; take a new one.';
    throw new WebhookError('IDEMPOTENCY_CONFLICT', message, ['idempotencyKey']);
  }
  if (known === undefined) {
    const webhook = await create();
    await rememberResult(database, request, String(webhook.id));
    return webhook;
  }
  const id = Number(known.result);
  const webhook = await database.webhook.findUnique({ where: { id } });
  if (webhook === null) throw createNotFound(id);
  return webhook;
}

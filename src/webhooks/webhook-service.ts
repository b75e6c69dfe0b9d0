import type { Webhook } from '../../prisma/generated/sqlite/client.ts';
import type { Outcome } from './attempt.ts';
import { createWebhook, type CreateWebhookRequest } from './create-webhook.ts';
import { testWebhook } from './test-webhook.ts';
import { updateWebhook } from './update-webhook.ts';
import { createNotFound } from './webhook-error.ts';
import type { UpdateWebhookInput } from './webhook-input.ts';
import type { WebhookTools } from './webhook-tools.ts';

/** What administrators do with webhooks. Every refusal is a WebhookError. */
export interface WebhookService {
  /** A webhook for changes from now on. @throws WebhookError */
  create(request: CreateWebhookRequest): Promise<Webhook>;
  /** Changes what is given. Switched off, it misses what happens; switched on, it is told of what happens then. */
  update(id: number, changes: UpdateWebhookInput): Promise<Webhook>;
  /** Deletes it with its deliveries. @throws WebhookError WEBHOOK_NOT_FOUND */
  remove(id: number): Promise<void>;
  /** Sends a signed test message at once, and says what came of it. @throws WebhookError WEBHOOK_NOT_FOUND */
  test(id: number, signal?: AbortSignal): Promise<Outcome>;
}

/** Makes the service. */
export function createWebhookService(tools: WebhookTools): WebhookService {
  const { store } = tools;
  return {
    create: (request) => createWebhook(tools, request),
    update: (id, changes) => updateWebhook(tools, id, changes),
    remove: async (id) => {
      const { count } = await store.prisma.webhook.deleteMany({ where: { id } });
      if (count === 0) throw createNotFound(id);
    },
    test: (id, signal) => testWebhook(tools, id, signal),
  };
}

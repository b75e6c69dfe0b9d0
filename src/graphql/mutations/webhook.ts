import type { Webhook } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { ChangeKind, HubEventKind } from '../enums.ts';
import { readId } from '../row-id.ts';
import { WebhookRef } from '../webhook.ts';
import { dropNulls } from './class-payload.ts';
import { idempotencyKeyDescription } from './payload.ts';
import { answerMutation, UserError, type Answer } from './user-error.ts';
import { requireWebhooks, webhookFields } from './webhook-fields.ts';

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'Who is to be told of what.',
  fields: (t) => ({
    url: t.string({ required: true, description: webhookFields.url }),
    secret: t.string({ required: true, description: webhookFields.secret }),
    kinds: t.field({ type: [ChangeKind], description: webhookFields.kinds }),
    events: t.field({ type: [HubEventKind], description: webhookFields.events }),
    clusterId: t.string({ description: webhookFields.clusterId }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const UpdateWebhookInput = builder.inputType('UpdateWebhookInput', {
  description: 'What of a webhook is to change; what is absent stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: webhookFields.id }),
    url: t.string({ description: webhookFields.url }),
    secret: t.string({ description: webhookFields.secret }),
    kinds: t.field({ type: [ChangeKind], description: webhookFields.kinds }),
    events: t.field({ type: [HubEventKind], description: webhookFields.events }),
    clusterId: t.string({ description: `${webhookFields.clusterId} Null for all.` }),
    active: t.boolean({
      description:
        'False gives up what is waiting and tells it nothing more; true begins with what happens then.',
    }),
  }),
});

/** Makes the payload type of a mutation that answers a webhook. */
function addWebhookPayload(name: string, description: string) {
  return builder.objectRef<Answer<Webhook>>(name).implement({
    description,
    fields: (t) => ({
      webhook: t.field({
        type: WebhookRef,
        nullable: true,
        description: 'The webhook; null when there are errors.',
        resolve: ({ result }) => result,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });
}

const CreatePayload = addWebhookPayload('CreateWebhookPayload', 'The new webhook.');
const UpdatePayload = addWebhookPayload('UpdateWebhookPayload', 'The webhook as it is now.');

builder.mutationFields((t) => ({
  createWebhook: t.field({
    authScopes: { hubAdmin: true },
    type: CreatePayload,
    args: { input: t.arg({ type: CreateWebhookInput, required: true, description: 'The webhook.' }) },
    description: 'Makes a webhook that is told of what happens from now on.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireWebhooks(context).create(dropNulls(input))),
  }),
  updateWebhook: t.field({
    authScopes: { hubAdmin: true },
    type: UpdatePayload,
    args: { input: t.arg({ type: UpdateWebhookInput, required: true, description: 'What changes.' }) },
    description:
      'Changes a webhook. What is waiting already goes to the new URL, signed with the new secret.',
    resolve: (_parent, { input: { id, clusterId, ...changes } }, context) =>
      answerMutation(async () =>
        requireWebhooks(context).update(readId('Webhook', id), { ...dropNulls(changes), clusterId }),
      ),
  }),
}));

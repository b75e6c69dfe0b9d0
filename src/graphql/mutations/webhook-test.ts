import type { Outcome } from '../../webhooks/attempt.ts';
import { builder } from '../builder.ts';
import { readId } from '../row-id.ts';
import { answerMutation, UserError, type Answer } from './user-error.ts';
import { requireWebhooks, webhookFields } from './webhook-fields.ts';

const TestWebhookInput = builder.inputType('TestWebhookInput', {
  description: 'Which webhook is to be tested.',
  fields: (t) => ({
    id: t.id({ required: true, description: webhookFields.id }),
  }),
});

const WebhookTest = builder.objectRef<Outcome>('WebhookTest').implement({
  description: 'What came of a test message.',
  fields: (t) => ({
    delivered: t.exposeBoolean('delivered', { description: 'Whether the receiver took it (status 2xx).' }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'HTTP status of the answer; null when there was none.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why it was not delivered, in words; null when it was.',
    }),
  }),
});

const TestWebhookPayload = builder.objectRef<Answer<Outcome>>('TestWebhookPayload').implement({
  description: 'What came of the test.',
  fields: (t) => ({
    test: t.field({
      type: WebhookTest,
      nullable: true,
      description: 'What the receiver did; null when nothing was sent.',
      resolve: ({ result }) => result,
    }),
    userErrors: t.field({
      type: [UserError],
      description: 'What the caller can mend; empty when the message was sent.',
      resolve: ({ userErrors }) => [...userErrors],
    }),
  }),
});

builder.mutationField('testWebhook', (t) =>
  t.field({
    authScopes: { hubAdmin: true },
    type: TestWebhookPayload,
    args: { input: t.arg({ type: TestWebhookInput, required: true, description: 'Which webhook.' }) },
    description:
      'Sends a signed message of the event TEST at once, active or not, and answers what the receiver did within 5 s.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireWebhooks(context).test(readId('Webhook', input.id), context.signal)),
  }),
);

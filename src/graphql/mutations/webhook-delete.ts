import { builder } from '../builder.ts';
import { readId } from '../row-id.ts';
import { WebhookRef } from '../webhook.ts';
import { answerMutation, UserError, type Answer } from './user-error.ts';
import { requireWebhooks, webhookFields } from './webhook-fields.ts';

const DeleteWebhookInput = builder.inputType('DeleteWebhookInput', {
  description: 'Which webhook is to be deleted.',
  fields: (t) => ({
    id: t.id({ required: true, description: webhookFields.id }),
  }),
});

const DeleteWebhookPayload = builder.objectRef<Answer<number>>('DeleteWebhookPayload').implement({
  description: 'The webhook that is gone.',
  fields: (t) => ({
    deletedId: t.globalID({
      nullable: true,
      description: 'Global id of the webhook that was deleted; null when there are errors.',
      resolve: ({ result }) => (result === null ? null : { type: WebhookRef, id: result }),
    }),
    userErrors: t.field({
      type: [UserError],
      description: 'What the caller can mend; empty when it was done.',
      resolve: ({ userErrors }) => [...userErrors],
    }),
  }),
});

builder.mutationField('deleteWebhook', (t) =>
  t.field({
    authScopes: { hubAdmin: true },
    type: DeleteWebhookPayload,
    args: { input: t.arg({ type: DeleteWebhookInput, required: true, description: 'Which webhook.' }) },
    description: 'Deletes a webhook with its deliveries; what is waiting is not sent.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => {
        const id = readId('Webhook', input.id);
        await requireWebhooks(context).remove(id);
        return id;
      }),
  }),
);

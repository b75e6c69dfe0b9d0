import type { WebhookService } from '../../webhooks/webhook-service.ts';
import type { GraphqlContext } from '../context.ts';
import { RequestError } from '../errors.ts';

/** Descriptions of the fields that the inputs about webhooks have in common. */
export const webhookFields = {
  id: 'Global id of the webhook, or its number.',
  url: 'Where it is told: http or https, at most 2000 characters, no user and password in it.',
  secret: 'What signs the messages: 16 to 200 characters, known to the receiver. It is never shown again.',
  kinds:
    'Kinds of changes to templates that it is told of; everything when there are neither `kinds` nor `events`.',
  events:
    'Kinds of events of clusters and runs that it is told of; everything when there are neither `kinds` nor `events`.',
  clusterId: 'Id of the only cluster that it is told of; all when absent.',
} as const;

/** The service of webhooks. @throws {RequestError} NOT_AVAILABLE on a server that was put together without. */
export function requireWebhooks({ services }: GraphqlContext): WebhookService {
  if (services.webhooks) return services.webhooks;
  throw new RequestError('NOT_AVAILABLE', 'this server has no webhooks');
}

import { z } from 'zod';
import { ChangeKind, HubEventKind } from '../../prisma/generated/sqlite/enums.ts';
import { checkInput } from '../errors/check-input.ts';
import { WebhookError } from './webhook-error.ts';

/** The shortest secret that is taken, characters. */
export const shortestSecret = 16;

const url = z
  .string()
  .max(2000, 'must have 2000 characters at most')
  .superRefine((text, context) => {
    const fault = findUrlFault(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
const secret = z
  .string()
  .min(shortestSecret, `must have ${shortestSecret} characters at least: take 32 random ones`)
  .max(200, 'must have 200 characters at most');
const kinds = z.array(z.enum(ChangeKind)).max(100);
const events = z.array(z.enum(HubEventKind)).max(100);
const clusterId = z.string().min(1).max(200);

/** What a new webhook is to be like. */
export const createWebhookSchema = z.strictObject({
  url,
  secret,
  /** Kinds of changes and of events it wants; all of both when there are none of either. */
  kinds: kinds.default([]),
  events: events.default([]),
  /** Only changes of this cluster; all clusters when null. */
  clusterId: clusterId.nullable().default(null),
});

/** What of a webhook is to change; what is absent stays. */
export const updateWebhookSchema = z.strictObject({
  url: url.optional(),
  secret: secret.optional(),
  kinds: kinds.optional(),
  events: events.optional(),
  clusterId: clusterId.nullable().optional(),
  active: z.boolean().optional(),
});

export type CreateWebhookInput = z.input<typeof createWebhookSchema>;
export type UpdateWebhookInput = z.input<typeof updateWebhookSchema>;

/** @throws WebhookError INVALID_INPUT with the first fault and its field; values are not repeated. */
export function checkWebhookInput<Schema extends z.ZodType>(
  schema: Schema,
  input: z.input<Schema>,
): z.output<Schema> {
  return checkInput(schema, input, ({ message, field }) => new WebhookError('INVALID_INPUT', message, field));
}

function findUrlFault(text: string): string | undefined {
  if (/[\p{C}\p{Z}]/u.test(text)) return 'must hold no blanks and no control characters';
  const address = URL.parse(text);
  if (address === null) return 'must be a whole URL, for example https://example.org/hook';
  if (address.protocol !== 'https:' && address.protocol !== 'http:')
    return 'must begin with https:// or http://';
  if (address.username !== '' || address.password !== '') {
    return 'must hold no user and password: URLs are shown, and deliveries are signed anyway';
  }
  if (address.hash !== '') return 'must have no fragment (#…): it is never sent';
  return undefined;
}

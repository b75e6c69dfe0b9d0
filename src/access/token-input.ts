import { z } from 'zod';
import { checkInput } from '../errors/check-input.ts';
import { AccessError } from './access-error.ts';
import { roles } from './caller.ts';

const name = z
  .string()
  .trim()
  .min(1, 'must say whose it is, or what it is for')
  .max(100, 'must have 100 characters at most');

/** What a new token is to be like. */
export const createTokenSchema = z.strictObject({
  name,
  role: z.enum(roles),
  /** The only clusters that it is good for; null for all. */
  clusterIds: z
    .array(z.string().min(1).max(200))
    .min(1, 'must name a cluster: leave it out for all')
    .max(1000)
    .nullable()
    .default(null),
  /** It is good until then. */
  expiresAt: z.date(),
});

export type CreateTokenInput = z.input<typeof createTokenSchema>;

/** @throws AccessError INVALID_INPUT with the first fault and its field. */
export function checkTokenInput(input: CreateTokenInput): z.output<typeof createTokenSchema> {
  return checkInput(
    createTokenSchema,
    input,
    ({ message, field }) => new AccessError('INVALID_INPUT', message, field),
  );
}

/** @throws AccessError INVALID_INPUT when a moment is not to come. */
export function checkExpiry(expiresAt: Date, now: number): void {
  if (expiresAt.getTime() > now) return;
  const message = `expiresAt: ${expiresAt.toISOString()} is over; take a moment to come`;
  throw new AccessError('INVALID_INPUT', message, ['expiresAt']);
}

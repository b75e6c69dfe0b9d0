import type { ApiToken } from '../../../prisma/generated/sqlite/client.ts';
import type { ShownToken, TokenService } from '../../access/token-service.ts';
import { AccessRole, ApiTokenRef } from '../api-token.ts';
import { builder } from '../builder.ts';
import type { GraphqlContext } from '../context.ts';
import { RequestError } from '../errors.ts';
import { readId } from '../row-id.ts';
import { answerMutation, UserError, type Answer } from './user-error.ts';

const idDescription = 'Global id of the token, or its number.';

const CreateTokenInput = builder.inputType('CreateTokenInput', {
  description: 'What a token is to be good for.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'Whose it is, or what it is for: at most 100 characters.',
    }),
    role: t.field({ type: AccessRole, required: true, description: 'What it is good for.' }),
    clusterIds: t.stringList({
      description: 'Ids of the only clusters that there are for its owner; all when absent.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      required: true,
      description: 'It is good until then.',
    }),
  }),
});

const RevokeTokenInput = builder.inputType('RevokeTokenInput', {
  description: 'Which token is to be taken away.',
  fields: (t) => ({ id: t.id({ required: true, description: idDescription }) }),
});

const RotateTokenInput = builder.inputType('RotateTokenInput', {
  description: 'Which token is to get another secret.',
  fields: (t) => ({
    id: t.id({ required: true, description: idDescription }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'It is good until then; as before when absent.',
    }),
  }),
});

/** Makes the payload type of a mutation that shows a token's text. */
function addShownPayload(name: string, description: string) {
  return builder.objectRef<Answer<ShownToken>>(name).implement({
    description,
    fields: (t) => ({
      token: t.string({
        nullable: true,
        description: 'The text that its owner sends, shown this once; null when there are errors.',
        resolve: ({ result }) => result?.text,
      }),
      apiToken: t.field({
        type: ApiTokenRef,
        nullable: true,
        description: 'What is known of it; null when there are errors.',
        resolve: ({ result }) => result?.row,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });
}

const CreatePayload = addShownPayload('CreateTokenPayload', 'The new token.');
const RotatePayload = addShownPayload('RotateTokenPayload', 'The token with its new secret.');
const RevokePayload = builder.objectRef<Answer<ApiToken>>('RevokeTokenPayload').implement({
  description: 'The token that is good no longer.',
  fields: (t) => ({
    apiToken: t.field({
      type: ApiTokenRef,
      nullable: true,
      description: 'What is known of it; null when there are errors.',
      resolve: ({ result }) => result,
    }),
    userErrors: t.field({
      type: [UserError],
      description: 'What the caller can mend; empty when it was done.',
      resolve: ({ userErrors }) => [...userErrors],
    }),
  }),
});

builder.mutationFields((t) => ({
  createToken: t.field({
    authScopes: { hubAdmin: true },
    type: CreatePayload,
    args: { input: t.arg({ type: CreateTokenInput, required: true, description: 'The token.' }) },
    description: 'Makes a token and shows its text, this once.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireTokens(context).create(input)),
  }),
  revokeToken: t.field({
    authScopes: { hubAdmin: true },
    type: RevokePayload,
    args: { input: t.arg({ type: RevokeTokenInput, required: true, description: 'Which token.' }) },
    description: 'Takes a token away for good. What is watched with it ends within 5 s.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireTokens(context).revoke(readId('ApiToken', input.id))),
  }),
  rotateToken: t.field({
    authScopes: { hubAdmin: true },
    type: RotatePayload,
    args: { input: t.arg({ type: RotateTokenInput, required: true, description: 'Which token.' }) },
    description:
      'Gives a token another secret and shows its text, this once. The former one is no longer good.',
    resolve: (_parent, { input: { id, expiresAt } }, context) =>
      answerMutation(async () =>
        requireTokens(context).rotate(readId('ApiToken', id), { expiresAt: expiresAt ?? undefined }),
      ),
  }),
}));

/** The service of tokens. @throws {RequestError} NOT_AVAILABLE on a server that was put together without. */
function requireTokens({ services }: GraphqlContext): TokenService {
  if (services.tokens) return services.tokens;
  throw new RequestError('NOT_AVAILABLE', 'this server makes no tokens');
}

import { isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { AuditEnd } from '../access/audit/audit.ts';
import type { GraphqlContext } from './context.ts';
import { RequestError } from './errors.ts';

/** What a mutation answers, as far as the books need it. */
const answer = z.object({
  result: z.unknown(),
  userErrors: z.array(z.object({ code: z.string() })),
});
const run = z.object({ id: z.int(), trigger: z.string() });
const withRun = z.union([
  run.transform(({ id }) => id),
  z.object({ runs: z.array(run) }).transform(({ runs }) => runs[0]?.id),
  z.object({ run: run.nullish() }).transform(({ run: one }) => one?.id),
]);

/** Has every mutation written into the books, whoever asks for it: by HTTP, or a command on the store. */
export function auditMutations(schema: GraphQLSchema): GraphQLSchema {
  const type = schema.getMutationType();
  if (isObjectType(type)) for (const field of Object.values(type.getFields())) auditField(field);
  return schema;
}

function auditField(field: GraphQLField<unknown, GraphqlContext>): void {
  const { resolve, name: what } = field;
  if (!resolve) return;
  field.resolve = (parent, args, context, info) => {
    const work = async (): Promise<unknown> => resolve(parent, args, context, info);
    const { audit, caller, origin } = context;
    return audit ? audit.follow({ caller, origin, what, input: args['input'] }, work, judgeEnd) : work();
  };
}

function judgeEnd(ended: { readonly result: unknown } | { readonly error: unknown }): AuditEnd {
  if ('error' in ended) return judgeError(ended.error);
  const { result, userErrors } = answer.parse(ended.result);
  const [error] = userErrors;
  if (error) return { outcome: 'FAILED', code: error.code };
  return { outcome: 'DONE', runId: withRun.safeParse(result).data };
}

function judgeError(error: unknown): AuditEnd {
  const code = error instanceof RequestError ? String(error.extensions['code']) : 'INTERNAL_SERVER_ERROR';
  return { outcome: code === 'FORBIDDEN' ? 'REFUSED' : 'FAILED', code };
}

import { z } from 'zod';
import type { Executor } from '../../graphql/execution/executor.ts';
import type { HubRequest } from '../http/hub-request.ts';

const paramsSchema = z.strictObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** Media types that a plain JSON answer fits. */
const plain = /^(\*\/\*|application\/json)?$/;

/**
 * The answer of a query of the commonest form, sent as plain JSON, as JSON text. undefined for every other request: it
 * goes to yoga, which also tells what is wrong with it.
 */
export function answerAtOnce(request: HubRequest, executor: Executor): string | undefined {
  const { body, headers } = request;
  if (!body || !plain.test(headers.accept ?? '') || headers['content-type'] !== 'application/json')
    return undefined;
  const text = body.toString('utf8');
  if (text.includes('\\u0000')) return undefined;
  const params = paramsSchema.safeParse(parse(text));
  if (!params.success) return undefined;
  const { query, operationName, variables } = params.data;
  const operation = executor.prepare(query, operationName ?? undefined);
  if ('errors' in operation || !operation.compiled) return undefined;
  return executor.answerAtOnce(operation, variables ?? {});
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

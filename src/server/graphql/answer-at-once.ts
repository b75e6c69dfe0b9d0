import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Executor } from '../../graphql/execution/executor.ts';
import type { CacheableReply } from '../answer-cache.ts';
import { jsonType } from '../http/reply.ts';

/**
 * Answers a query of the commonest form, sent as plain JSON or by GET, before anything else is made of the request.
 * undefined for every other request: it goes to yoga, which also tells what is wrong with it.
 */
export type AnswerAtOnce = (message: IncomingMessage, body: Buffer | undefined) => CacheableReply | undefined;

const paramsSchema = z.strictObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** Media types that a plain JSON answer fits. */
const plain = /^(\*\/\*|application\/json)?$/;
const path = '/graphql';

/** Makes the function that answers at once what `executor` has compiled. */
export function createAnswerAtOnce(executor: Executor): AnswerAtOnce {
  return (message, body) => {
    if (!plain.test(message.headers.accept ?? '')) return undefined;
    const params = paramsSchema.safeParse(readParams(message, body));
    if (!params.success) return undefined;
    const { query, operationName, variables } = params.data;
    const operation = executor.prepare(query, operationName ?? undefined);
    if ('errors' in operation || !operation.compiled) return undefined;
    const text = executor.answerAtOnce(operation, variables ?? {});
    if (text === undefined) return undefined;
    return { status: 200, headers: { 'content-type': jsonType }, body: text, keep: true };
  };
}

function readParams({ method, url = '', headers }: IncomingMessage, body: Buffer | undefined): unknown {
  if (body) {
    const isJson = url === path && headers['content-type'] === 'application/json';
    return isJson ? parse(body.toString('utf8')) : undefined;
  }
  const isQuery = (method === 'GET' || method === 'HEAD') && url.startsWith(`${path}?`);
  return isQuery ? readSearch(url.slice(path.length + 1)) : undefined;
}

/** undefined where a parameter is given twice: which of them counts is yoga's to say. */
function readSearch(search: string): unknown {
  const given = new URLSearchParams(search);
  const params = Object.fromEntries(given);
  if (Object.keys(params).length < given.size) return undefined;
  if (params['variables'] === undefined) return params;
  const variables = parse(params['variables']);
  return variables === undefined ? undefined : { ...params, variables };
}

/** undefined for what yoga has to refuse: broken JSON, and texts with U+0000. */
function parse(text: string): unknown {
  if (text.includes('\\u0000')) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

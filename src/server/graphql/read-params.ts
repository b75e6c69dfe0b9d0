import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { HubRequest } from '../http/hub-request.ts';

/** What a GraphQL request asks for. */
export interface GraphqlParams {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  /** Hash of a persisted operation, where the client sent one instead of the document. */
  readonly persisted: string | undefined;
}

/** A request that is no GraphQL request: its status and why. */
export class ParamsError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const map = z.record(z.string(), z.unknown());
const schema = z.object({
  query: z.string('"query" must be a text').nullish(),
  operationName: z.string('"operationName" must be a text').nullish(),
  variables: map.nullish(),
  extensions: map.nullish(),
  documentId: z.string().nullish(),
});
const persistedQuery = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

/**
 * Reads what a request asks for. POST takes JSON only: other content types can be sent by any web page without asking
 * first.
 *
 * @throws {ParamsError} when the request is none of GraphQL over HTTP.
 */
export function readParams(request: HubRequest): GraphqlParams {
  const text = request.body ? readText(request.body, request.headers['content-type'] ?? '') : request.search;
  if (text.includes('\\u0000') || text.includes('%00'))
    throw new ParamsError(400, 'NUL characters are not taken');
  return request.body ? check(parseJson(text, 'the body')) : readGet(new URLSearchParams(text));
}

function readText(body: Buffer, type: string): string {
  if (!/^application\/(?:[\w.]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new ParamsError(
      415,
      'send the operation as JSON, with the header "Content-Type: application/json"',
    );
  }
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new ParamsError(415, 'send the body in UTF-8');
  if (!isUtf8(body)) throw new ParamsError(400, 'the body is not UTF-8');
  return body.toString('utf8');
}

function readGet(query: URLSearchParams): GraphqlParams {
  const variables = query.get('variables');
  const extensions = query.get('extensions');
  return check({
    query: query.get('query'),
    operationName: query.get('operationName') || null,
    documentId: query.get('documentId'),
    variables: variables ? parseJson(variables, '"variables"') : null,
    extensions: extensions ? parseJson(extensions, '"extensions"') : null,
  });
}

function check(value: unknown): GraphqlParams {
  if (Array.isArray(value))
    throw new ParamsError(400, 'batches are not served: send one operation a request');
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ParamsError(400, `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'does not fit'}`);
  }
  const { query, operationName, variables, extensions, documentId } = parsed.data;
  if (variables) checkNesting(variables);
  const persisted =
    documentId ??
    (extensions ? persistedQuery.safeParse(extensions).data?.persistedQuery.sha256Hash : undefined);
  if (!query && persisted === undefined)
    throw new ParamsError(400, 'there is no "query": send a GraphQL document');
  return {
    query: query ?? '',
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    persisted,
  };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ParamsError(400, `${what} is no JSON: ${error.message}`);
    throw error;
  }
}

/** Deepest nesting of variables; what reads them goes down level by level. */
const maxNesting = 60;

function checkNesting(variables: unknown): void {
  let level = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxNesting) throw new ParamsError(400, `"variables" may be nested ${maxNesting} levels deep`);
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}

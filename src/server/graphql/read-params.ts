import { z } from 'zod';
import { BodyEncodingError, type HubRequest } from '../http/hub-request.ts';

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

/** A request as it was sent: what is read of it, and what equal requests have in common. */
export interface ParamsSource {
  readonly kind: 'POST' | 'GET';
  /** The body of a POST, the query string of a GET. */
  readonly text: string;
}

/**
 * Reads the text of a request. POST takes JSON only: other content types can be sent by any web page without asking
 * first.
 *
 * @throws {ParamsError} when it has another content type or encoding.
 */
export async function readSource(request: HubRequest): Promise<ParamsSource> {
  if (request.method !== 'POST') return { kind: 'GET', text: request.search };
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/(?:[\w.]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new ParamsError(
      415,
      'send the operation as JSON, with the header "Content-Type: application/json"',
    );
  }
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new ParamsError(415, 'send the body in UTF-8');
  return { kind: 'POST', text: await readText(request) };
}

/**
 * Reads what a request asks for.
 *
 * @throws {ParamsError} when the request is none of GraphQL over HTTP.
 */
export function readParams({ kind, text }: ParamsSource): GraphqlParams {
  if (text.includes('\\u0000') || text.includes('%00'))
    throw new ParamsError(400, 'NUL characters are not taken');
  return kind === 'POST' ? check(parseJson(text, 'the body')) : readGet(new URLSearchParams(text));
}

async function readText(request: HubRequest): Promise<string> {
  try {
    return await request.readBody();
  } catch (error) {
    if (error instanceof BodyEncodingError) throw new ParamsError(400, error.message);
    throw error;
  }
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
  const persisted = documentId ?? persistedQuery.safeParse(extensions).data?.persistedQuery.sha256Hash;
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

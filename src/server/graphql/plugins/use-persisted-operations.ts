import { createHash } from 'node:crypto';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { z } from 'zod';
import type { PersistedOperations } from '../../../config/config.ts';

const persistedQuery = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

/**
 * Lets clients name a persisted operation instead of sending it: `documentId`, or Apollo's `extensions.persistedQuery`.
 * As an allow-list it executes nothing else, but takes the same documents sent in full.
 */
export function usePersistedOperations(persisted: PersistedOperations | undefined): Plugin {
  const documents = persisted?.documents ?? new Map<string, string>();
  const allowed = new Set([...documents.values()].map(hash));
  return {
    onParams({ params, request, setParams }) {
      const name = readName(params, request);
      const known = name === undefined ? undefined : documents.get(name);
      if (known !== undefined) return setParams({ ...params, query: known });
      if (name !== undefined && !params.query)
        throw refuse('PERSISTED_QUERY_NOT_FOUND', 'there is no persisted operation of this name');
      if (persisted?.only && params.query && !allowed.has(hash(params.query)))
        throw refuse('PERSISTED_QUERY_ONLY', 'only persisted operations are executed here');
    },
  };
}

function readName(
  params: GraphQLParams & { documentId?: unknown },
  { method, url }: Request,
): string | undefined {
  if (method === 'GET') {
    const id = new URL(url).searchParams.get('documentId');
    if (id !== null) return id;
  }
  if (typeof params.documentId === 'string') return params.documentId;
  const extensions: unknown = params.extensions;
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions))
    return undefined;
  return persistedQuery.safeParse(extensions).data?.persistedQuery.sha256Hash;
}

function refuse(code: string, message: string) {
  return createGraphQLError(message, { extensions: { code, http: { spec: true, status: 400 } } });
}

function hash(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { PersistedOperations } from '../../config/config.ts';
import type { GraphqlParams } from './read-params.ts';

/** Finds the document of a request; an error says why there is none. */
export type FindDocument = (params: Pick<GraphqlParams, 'query' | 'persisted'>) => string | GraphQLError;

/** Makes the look-up. Without persisted operations every document is sent in full. */
export function createDocumentLookup(persisted: PersistedOperations | undefined): FindDocument {
  const documents = persisted?.documents ?? new Map<string, string>();
  const allowed = new Set([...documents.values()].map(hash));
  return ({ query, persisted: name }) => {
    const known = name === undefined ? undefined : documents.get(name);
    if (known !== undefined) return known;
    if (query === '')
      return refuse('PERSISTED_QUERY_NOT_FOUND', 'there is no persisted operation of this name');
    if (!persisted?.only || allowed.has(hash(query))) return query;
    return refuse('PERSISTED_QUERY_ONLY', 'only persisted operations are executed here');
  };
}

function hash(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

function refuse(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

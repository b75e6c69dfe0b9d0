import { initGraphQLTada, type TadaDocumentNode } from 'gql.tada';
import { print } from 'graphql';
import { createClient } from 'graphql-sse';
import { z } from 'zod';
import type { Introspection } from './generated/introspection.ts';

/** Writes documents: what they ask for and are answered follows from their text. */
export const graphql = initGraphQLTada<{
  introspection: Introspection;
  /** BigInt is a number as long as that is exact. */
  scalars: { DateTime: string; BigInt: number | string };
}>();

/** Where a Template Hub is. */
export interface HubAddress {
  /** Without a path: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Its API_TOKEN, where it has one. */
  readonly token?: string;
}

/** A Template Hub, seen from a program. */
export interface HubClient {
  /**
   * Sends a query or a mutation.
   *
   * @throws {HubAnswerError} when the answer has errors. What a caller of a mutation can mend is data: `userErrors`.
   */
  request<Result, Variables>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
  /** Subscribes: each result as it comes, the present state first. Leaving the loop ends the subscription. */
  watch<Result, Variables extends Record<string, unknown>>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
  ): AsyncIterable<Result>;
}

/** The answer has errors: `codes` are their `extensions.code`. */
export class HubAnswerError extends Error {
  readonly codes: readonly string[];

  constructor(errors: readonly HubError[]) {
    super(errors.map(({ message }) => message).join('; '));
    this.codes = errors.map(({ extensions }) => extensions.code);
  }
}

const hubError = z.object({ message: z.string(), extensions: z.object({ code: z.string() }) });
type HubError = z.output<typeof hubError>;
const failure = z.object({ errors: z.array(hubError).min(1) });

/** Makes a client. */
export function createHubClient({ url, token }: HubAddress): HubClient {
  const endpoint = `${url}/graphql`;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    request: async (document, variables) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ query: print(document), variables }),
      });
      return readResult(document, await response.json());
    },
    watch: async function* (document, variables) {
      const client = createClient({ url: endpoint, headers });
      try {
        const results = client.iterate({ query: print(document), variables });
        for await (const result of results) yield readResult(document, result);
      } finally {
        client.dispose();
      }
    },
  };
}

/** The document only lends its type: the schema, from which it was derived, is what the server answers by. */
function readResult<Result, Variables>(
  _document: TadaDocumentNode<Result, Variables>,
  answer: unknown,
): Result {
  const failed = failure.safeParse(answer);
  if (failed.success) throw new HubAnswerError(failed.data.errors);
  return z
    .object({ data: z.custom<Result>((data) => typeof data === 'object' && data !== null) })
    .parse(answer).data;
}

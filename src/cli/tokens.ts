import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import type { Block } from './output.ts';
import { paint, type Text } from './output/line.ts';
import { makeTable, toMoment } from './output/table.ts';
import { count, toWords } from './words.ts';

/** The fields of `tokenSchema` in a document of the API. */
export const tokenFields =
  'databaseId name role clusterIds state createdAt expiresAt rotatedAt lastUsedAt revokedAt';

/** A token as commands print it with `--json`; its secret is shown only where it is made. */
export const tokenSchema = z.object({
  databaseId: z.int(),
  name: z.string(),
  role: z.string(),
  clusterIds: z.array(z.string()).nullable(),
  state: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  rotatedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});

export type TokenShown = z.output<typeof tokenSchema>;

const pageSchema = z.object({
  apiTokens: z.object({
    nodes: z.array(tokenSchema),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

const listDocument = `query ($after: String) {
  apiTokens(first: 100, after: $after) { nodes { ${tokenFields} } pageInfo { hasNextPage endCursor } }
}`;

/** All tokens, in the order they were made. */
export async function listTokens(api: HubApi): Promise<TokenShown[]> {
  const tokens: TokenShown[] = [];
  for (let after: string | null = null; ;) {
    const answer: z.output<typeof pageSchema> = await api.ask(listDocument, { after }, pageSchema);
    tokens.push(...answer.apiTokens.nodes);
    const { hasNextPage, endCursor } = answer.apiTokens.pageInfo;
    if (!hasNextPage) return tokens;
    after = endCursor;
  }
}

/** Tokens for people. */
export function describeTokens(tokens: readonly TokenShown[]): Block[] {
  return [
    makeTable(
      ['token', 'name', 'role', 'clusters', 'state', 'expires', 'last used'],
      tokens.map((one) => [
        one.databaseId,
        one.name,
        toWords(one.role),
        one.clusterIds?.join(', ') ?? 'all',
        showTokenState(one.state),
        toMoment(one.expiresAt),
        toMoment(one.lastUsedAt),
      ]),
    ),
    count(tokens.length, 'token'),
  ];
}

function showTokenState(state: string): Text {
  return paint(state === 'ACTIVE' ? 'green' : 'yellow', toWords(state));
}

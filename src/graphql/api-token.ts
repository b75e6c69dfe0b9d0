import * as stored from '../../prisma/generated/sqlite/enums.ts';
import { judgeState } from '../access/judge-token.ts';
import { readClusters } from '../access/token-clusters.ts';
import { all } from '../store/sql/sql.ts';
import { builder } from './builder.ts';
import { askTime } from './context.ts';
import { costOfPage, countAll } from './paging.ts';
import { readRowId } from './row-id.ts';
import type { PageArguments, PagedList } from './rows/page.ts';
import { resolvePage } from './rows/resolve-page.ts';

export const AccessRole = builder.enumType(stored.AccessRole, {
  name: 'AccessRole',
  description: 'What a caller may do. Each role may do what the ones before it may.',
  values: {
    VIEWER: { description: 'Reads.' },
    OPERATOR: { description: 'Also scans, replicates and deploys.' },
    ADMIN: { description: 'Also policies, removals, tokens and webhooks.' },
  },
});

export const ApiTokenState = builder.enumType('ApiTokenState', {
  description: 'Whether a token is good.',
  values: {
    ACTIVE: { description: 'It is good.' },
    EXPIRED: { description: 'Its time is over.' },
    REVOKED: { description: 'It was taken away.' },
  } as const,
});

export const ApiTokenRef = builder.prismaNode('ApiToken', {
  nullable: true,
  description: 'A token that lets a caller in. Its secret is shown once, by the mutation that makes it.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the token; the text of it begins with it.' }),
    name: t.exposeString('name', { description: 'Whose it is, or what it is for.' }),
    role: t.expose('role', { type: AccessRole, description: 'What it is good for.' }),
    clusterIds: t.stringList({
      nullable: true,
      select: { clusters: true },
      description: 'Ids of the only clusters that there are for its owner; null for all.',
      resolve: ({ clusters }) => readClusters(clusters),
    }),
    state: t.field({
      type: ApiTokenState,
      select: { revokedAt: true, expiresAt: true },
      description: 'Whether it is good now.',
      resolve: (token, _args, context) => judgeState(token, askTime(context)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'It is good until then.',
    }),
    rotatedAt: t.expose('rotatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its secret was last replaced.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last let somebody in, to the minute; null when it never did.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was taken away.',
    }),
  }),
});

/** The tokens in the order they were made. */
const tokenList: PagedList<PageArguments, null> = {
  model: 'ApiToken',
  orders: () => [{ column: 'id', direction: 'asc' }],
  read: () => null,
  where: () => all([]),
};

builder.queryField('apiTokens', (t) =>
  t.connection(
    {
      type: ApiTokenRef,
      authScopes: { hubAdmin: true },
      complexity: costOfPage,
      description: 'The tokens in the order they were made, revoked ones among them.',
      resolve: (_parent, args, context, info) =>
        resolvePage(tokenList, { args, context, info }, (rows) => context.prisma.apiToken.findMany(rows)),
    },
    {
      name: 'ApiTokenConnection',
      description: 'A page of tokens.',
      fields: (c) => ({ totalCount: c.int(countAll) }),
    },
    { name: 'ApiTokenEdge', description: 'One row of a page of tokens.' },
  ),
);

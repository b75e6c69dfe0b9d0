import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { GraphQLBigInt, GraphQLDateTime } from 'graphql-scalars';
import type PrismaTypes from '../../prisma/generated/pothos/types.ts';
import { getDatamodel } from '../../prisma/generated/pothos/types.ts';
import { describeCaller, hasRole, isHubAdmin } from '../access/caller.ts';
import type { GraphqlContext } from './context.ts';
import { RequestError } from './errors.ts';
import { describeRoot } from './fields/root-read.ts';
import { pageSize } from './page-size.ts';

/** How many items a list without a page size is taken to have when costs are counted. */
const listCost = 5;

/** The one typed builder: every file of this folder that describes a type adds to it. */
export const builder = new SchemaBuilder<{
  Context: GraphqlContext;
  AuthScopes: {
    /** Scans, replicates and deploys. */
    operator: boolean;
    /** Also decides what is kept where, and what goes. */
    admin: boolean;
    /** The same of all clusters: also who may do what, and who is told. */
    hubAdmin: boolean;
  };
  PrismaTypes: PrismaTypes;
  Connection: { totalCount?: () => number | Promise<number> };
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    BigInt: { Input: bigint; Output: bigint };
    DateTime: { Input: Date; Output: Date };
    ID: { Input: string; Output: string | number };
  };
}>({
  plugins: [ScopeAuthPlugin, ComplexityPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  // What a caller may do. What there is for them is decided below the schema, see store/cut-store.ts.
  scopeAuth: {
    authScopes: ({ caller }) => ({
      operator: hasRole(caller, 'OPERATOR'),
      admin: hasRole(caller, 'ADMIN'),
      hubAdmin: isHubAdmin(caller),
    }),
    unauthorizedError: (_parent, { caller, origin, audit }, { fieldName, parentType }) => {
      // Mutations are in the books anyway.
      if (parentType.name !== 'Mutation')
        audit?.refuse({ caller, origin, what: fieldName, code: 'FORBIDDEN' });
      return new RequestError('FORBIDDEN', `${fieldName} is not for ${describeCaller(caller)}`);
    },
  },
  prisma: { client: (context) => context.prisma, dmmf: getDatamodel(), onUnusedQuery: null },
  // Costs are checked before execution, see limits.ts; the plugin only carries them.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: listCost },
  relay: {
    cursorType: 'String',
    clientMutationId: 'omit',
    idFieldOptions: { description: 'Global id.' },
    nodesOnConnection: {
      description: 'The rows of this page, without the edges.',
      complexity: { field: 0, multiplier: 1 },
    },
    edgesFieldOptions: {
      description: 'The rows of this page with their cursors.',
      complexity: { field: 0, multiplier: 1 },
      nullable: { list: false, items: false },
    },
    nodeFieldOptions: { description: 'The row itself.', nullable: false },
    cursorFieldOptions: { description: 'Where this row is: for `after` and `before`.' },
    pageInfoFieldOptions: { description: 'Whether there are more rows, and how to get them.' },
    pageInfoTypeOptions: { description: 'Where a page of a connection stands in the whole.' },
    hasNextPageFieldOptions: { description: 'True when rows follow this page.' },
    hasPreviousPageFieldOptions: { description: 'True when rows come before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first row of this page.' },
    endCursorFieldOptions: { description: 'Cursor of the last row of this page.' },
    beforeArgOptions: { description: 'Only rows before this cursor.' },
    afterArgOptions: { description: 'Only rows after this cursor.' },
    firstArgOptions: {
      description: `How many rows from the start: ${pageSize.default} unless told, at most ${pageSize.max}.`,
    },
    lastArgOptions: { description: `How many rows from the end: at most ${pageSize.max}.` },
    nodeTypeOptions: { description: 'Anything that has a global id.' },
    nodeQueryOptions: {
      description: 'Whatever has this global id; null when there is nothing.',
      args: { id: { description: 'A global id.' } },
      extensions: describeRoot({ kind: 'node' }),
    },
    nodesQueryOptions: false,
  },
});

builder.addScalarType('BigInt', GraphQLBigInt);
builder.addScalarType('DateTime', GraphQLDateTime);
builder.queryType({ description: 'Everything that can be asked.' });
builder.mutationType({
  authScopes: { operator: true },
  description:
    'Everything that can be changed. Each field has one input and a payload with the errors that one can mend.',
});
builder.subscriptionType({
  description: 'What can be watched, over server-sent events. The present state comes first.',
});

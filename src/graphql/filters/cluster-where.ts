import type { InputRef } from '@pothos/core';
import type { Prisma } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { BooleanFilter, StringFilter } from './scalar-filters.ts';
import {
  translateColumn,
  translateGroup,
  type FilterWords,
  type Groups,
  type WhereGroup,
} from './translate.ts';

/** What a cluster has to be. */
export interface ClusterWhereShape extends WhereGroup<ClusterWhereShape> {
  readonly clusterId?: FilterWords<string> | null;
  readonly name?: FilterWords<string> | null;
  readonly host?: FilterWords<string> | null;
  readonly configured?: FilterWords<boolean> | null;
  readonly paused?: FilterWords<boolean> | null;
}

export const ClusterWhere: InputRef<ClusterWhereShape> = builder
  .inputRef<ClusterWhereShape>('ClusterWhere')
  .implement({
    description: 'What a cluster has to be. All given fields must hold.',
    fields: (t) => ({
      AND: t.field({ type: [ClusterWhere], description: 'All of these must hold.' }),
      OR: t.field({ type: [ClusterWhere], description: 'At least one of these must hold.' }),
      NOT: t.field({ type: ClusterWhere, description: 'This must not hold.' }),
      clusterId: t.field({ type: StringFilter, description: 'Id of the clusters file.' }),
      name: t.field({ type: StringFilter, description: 'Name of the clusters file.' }),
      host: t.field({ type: StringFilter, description: 'Address as configured.' }),
      configured: t.field({ type: BooleanFilter, description: 'Whether the clusters file names it.' }),
      paused: t.field({ type: BooleanFilter, description: 'Whether its replication is held.' }),
    }),
  });

const groups: Groups<Prisma.ClusterWhereInput> = {
  and: (AND) => ({ AND }),
  // Prisma takes an empty OR that is nested for no condition at all.
  or: (OR) => (OR.length === 0 ? { id: { in: [] } } : { OR }),
  not: (NOT) => ({ NOT }),
};

/** Translates a cluster filter into Prisma's words. */
export function translateClusterWhere(where: ClusterWhereShape): Prisma.ClusterWhereInput {
  return translateGroup(where, groups, (part) => [
    ...translateColumn(part.clusterId, { is: (id) => ({ id }) }, groups),
    ...translateColumn(part.name, { is: (name) => ({ name }) }, groups),
    ...translateColumn(part.host, { is: (host) => ({ host }) }, groups),
    ...translateColumn(part.configured, { is: ({ equals }) => ({ configured: equals }) }, groups),
    ...translateColumn(part.paused, { is: ({ equals }) => ({ paused: equals }) }, groups),
  ]);
}

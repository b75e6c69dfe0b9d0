import type { Prisma } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';

/** The two ways to name a cluster; the id wins, as in REST. */
export interface ClusterArguments {
  readonly clusterIp?: string | null;
  readonly clusterId?: string | null;
}

/** Arguments of every query that can be narrowed to a cluster. */
export const clusterArguments = builder.args((t) => ({
  clusterIp: t.string({ description: 'Only in the cluster with this address.' }),
  clusterId: t.string({
    description: 'Only in the cluster with this id of the clusters file; wins over `clusterIp`.',
  }),
}));

/** Rows of the named cluster; of all when none is named. */
export function scopeToCluster({ clusterIp, clusterId }: ClusterArguments): Prisma.TemplateWhereInput {
  if (typeof clusterId === 'string') return { clusterId };
  return typeof clusterIp === 'string' ? { clusterIp } : {};
}

/** Rows of templates that are there, as far as is known. */
export const thereNow = { state: { not: 'MISSING' } } as const satisfies Prisma.TemplateWhereInput;

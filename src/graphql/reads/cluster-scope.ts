import type { Prisma } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { translateTemplateFields, type TemplateWhereShape } from '../filters/template-where.ts';

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

/** Templates of the named cluster; all when none is named. */
export function filterCluster({ clusterIp, clusterId }: ClusterArguments): TemplateWhereShape {
  if (typeof clusterId === 'string') return { clusterId: { eq: clusterId } };
  return typeof clusterIp === 'string' ? { clusterIp: { eq: clusterIp } } : {};
}

/** Templates that are there, as far as is known. */
export const thereNow: TemplateWhereShape = { state: { ne: 'MISSING' } };

/** The same as `filterCluster`, in Prisma's words. */
export function scopeToCluster(cluster: ClusterArguments): Prisma.TemplateWhereInput {
  return translateTemplateFields(filterCluster(cluster));
}

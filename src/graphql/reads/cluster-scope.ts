import { sql, type Sql } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { builder } from '../builder.ts';
import { equalColumns } from '../rows/equal-columns.ts';

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

/** What templates of the named cluster have in their columns; nothing when none is named. */
export function readScope({ clusterIp, clusterId }: ClusterArguments): {
  clusterIp?: string;
  clusterId?: string;
} {
  if (typeof clusterId === 'string') return { clusterId };
  return typeof clusterIp === 'string' ? { clusterIp } : {};
}

/** What templates of the named cluster fulfil that are there, as far as is known. */
export function isThereIn(cluster: ClusterArguments, row: RowRef): Sql[] {
  return [sql`${row.column('state')} <> 'MISSING'`, ...equalColumns(readScope(cluster), row)];
}

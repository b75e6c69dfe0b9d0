import { sql, type Sql, type SqlValue } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { builder } from '../builder.ts';
import { equalColumns } from '../rows/equal-columns.ts';

/** The two ways to name a cluster; the id wins, as in REST. */
export interface ClusterScope {
  readonly clusterIp?: SqlValue | null;
  readonly clusterId?: SqlValue | null;
}

/** Arguments of every query that can be narrowed to a cluster. */
export const clusterArguments = builder.args((t) => ({
  clusterIp: t.string({ description: 'Only in the cluster with this address.' }),
  clusterId: t.string({
    description: 'Only in the cluster with this id of the clusters file; wins over `clusterIp`.',
  }),
}));

/** What templates of the named cluster have in their columns; nothing when none is named. */
export function readScope({ clusterIp, clusterId }: ClusterScope): ClusterScope {
  return clusterId === null || clusterId === undefined ? { clusterIp } : { clusterId };
}

/** What templates of the named cluster fulfil that are there, as far as is known. */
export function isThereIn(cluster: ClusterScope, row: RowRef): Sql[] {
  return [sql`${row.column('state')} <> 'MISSING'`, ...equalColumns({ ...readScope(cluster) }, row)];
}

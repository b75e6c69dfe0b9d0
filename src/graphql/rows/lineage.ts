import type { RowRef } from '../../store/sql/row-ref.ts';
import { all, sql, type Sql } from '../../store/sql/sql.ts';

/** What makes a row the source of a replica: an original (or class base) of its cluster with the VMID it names. */
export function isSourceOf(source: RowRef, replica: RowRef): Sql {
  return all([
    sql`${source.column('isReplica')} = FALSE`,
    sql`${source.column('vmid')} = ${replica.column('sourceVmid')}`,
    inSameCluster(source, replica),
  ]);
}

/** What makes a row a replica of a template; class templates are among them. */
export function isReplicaOf(replica: RowRef, source: RowRef): Sql {
  return all([
    sql`${replica.column('isReplica')} = TRUE`,
    sql`${replica.column('sourceVmid')} = ${source.column('vmid')}`,
    inSameCluster(replica, source),
  ]);
}

/** Clusters are told apart by the address that was recorded: rows of the predecessor have nothing else, some not even that. */
export function inSameCluster(one: RowRef, other: RowRef): Sql {
  return sql`${one.column('clusterIp')} IS NOT DISTINCT FROM ${other.column('clusterIp')}`;
}

import { all, sql, type Sql, type SqlValue } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { isReplicaOf } from '../rows/lineage.ts';
import type { RowsRead } from '../fields/root-read.ts';
import { isThereIn, type ClusterScope } from './cluster-scope.ts';

/** A name, and the cluster where it is looked for. */
export type NamedTemplates = ClusterScope & { readonly name: SqlValue };

/**
 * What belongs to a name: the rows of exactly that name, and the replicas of the originals of that name in the same
 * cluster, class templates left out.
 */
export const namedTemplates: RowsRead<NamedTemplates, NamedTemplates> = {
  kind: 'list',
  list: {
    model: 'Template',
    orders: [{ column: 'id', direction: 'asc' }],
    where: (wanted, row) =>
      all([
        ...isThereIn(wanted, row),
        sql`${row.column('id')} IN (${selectNamed(wanted, row)} UNION ALL ${selectReplicas(wanted, row)})`,
      ]),
  },
  read: ({ name, clusterId, clusterIp }) => ({ name, clusterId, clusterIp }),
};

function selectNamed({ name }: NamedTemplates, row: RowRef): Sql {
  const named = row.beside('Template');
  return sql`SELECT ${named.column('id')} FROM ${named.from} WHERE ${named.column('name')} = ${name}`;
}

function selectReplicas(wanted: NamedTemplates, row: RowRef): Sql {
  const original = row.beside('Template');
  const replica = original.beside('Template');
  const isOriginal = [
    sql`${original.column('name')} = ${wanted.name}`,
    sql`${original.column('isReplica')} = FALSE`,
    sql`${original.column('isClassTemplate')} = FALSE`,
    ...isThereIn(wanted, original),
  ];
  const isCopy = [isReplicaOf(replica, original), sql`${replica.column('isClassTemplate')} = FALSE`];
  return sql`SELECT ${replica.column('id')} FROM ${original.from} CROSS JOIN ${replica.from} WHERE ${all([...isOriginal, ...isCopy])}`;
}

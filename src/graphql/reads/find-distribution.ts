import type { Template } from '../../../prisma/generated/sqlite/client.ts';
import { all, any, sql, type SqlValue } from '../../store/sql/sql.ts';
import { arrangeRows } from '../fields/arrange-rows.ts';
import type { ArrangedRead } from '../fields/root-read.ts';
import type { RowList } from '../rows/load-rows.ts';
import { isThereIn, type ClusterScope } from './cluster-scope.ts';

/** What is read of an instance; fields of its `template` that need more read it themselves. */
const columns = [
  'id',
  'name',
  'vmid',
  'clusterIp',
  'clusterId',
  'node',
  'isReplica',
  'lastVerifiedAt',
] as const;

/** An original or a replica of it. */
export type Instance = Pick<Template, (typeof columns)[number]>;

/** What has to be known of a row to put it in its place. */
type LineageRow = Pick<Instance, 'clusterIp' | 'clusterId' | 'isReplica'>;

/** Where an original and its replicas are. */
export interface Distribution<Row extends LineageRow = Instance> {
  readonly original: Row;
  /** The original first, then its replicas by id; class templates are left out. */
  readonly instances: readonly Row[];
  /** Other clusters which have an original of that vmid: by id, or by address where they have none. */
  readonly otherClusters: readonly string[];
}

/** Of which original a distribution is wanted, and in which cluster it is looked for. */
export type DistributionArguments = ClusterScope & { readonly vmid: SqlValue };

/** The originals with a vmid and the replicas that name it as their source, as far as they are there. */
export const distributionRows: RowList<DistributionArguments> = {
  model: 'Template',
  orders: [{ column: 'id', direction: 'asc' }],
  where: ({ vmid, ...cluster }, row) =>
    all([
      ...isThereIn(cluster, row),
      sql`${row.column('isClassTemplate')} = FALSE`,
      any([
        all([sql`${row.column('vmid')} = ${vmid}`, sql`${row.column('isReplica')} = FALSE`]),
        all([sql`${row.column('sourceVmid')} = ${vmid}`, sql`${row.column('isReplica')} = TRUE`]),
      ]),
    ]),
};

/** Where the original with a vmid and its replicas are; null when no cluster has such an original. */
export const distribution: ArrangedRead<
  DistributionArguments,
  DistributionArguments,
  Instance,
  Distribution
> = arrangeRows(distributionRows, {
  columns,
  read: ({ vmid, clusterId, clusterIp }) => ({ vmid, clusterId, clusterIp }),
  arrange: arrangeDistribution,
});

/** Puts those rows, sorted by id, in their places; null when there is no original among them. */
export function arrangeDistribution<Row extends LineageRow>(rows: readonly Row[]): Distribution<Row> | null {
  const originals = rows.filter(({ isReplica }) => !isReplica);
  const [original] = originals;
  if (!original) return null;
  const replicas = rows.filter((row) => row.isReplica && row.clusterIp === original.clusterIp);
  const others = originals.filter(({ clusterIp }) => clusterIp !== original.clusterIp);
  return {
    original,
    instances: [original, ...replicas],
    otherClusters: [
      ...new Set(others.map(({ clusterId, clusterIp }) => clusterId ?? clusterIp ?? 'unknown')),
    ],
  };
}

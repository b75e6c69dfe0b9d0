import type { PrismaClient, Template } from '../../../prisma/generated/sqlite/client.ts';
import { translateTemplateFields, type TemplateWhereShape } from '../filters/template-where.ts';
import { filterCluster, thereNow, type ClusterArguments } from './cluster-scope.ts';

/** What is read of an instance; fields of its `template` that need more read it themselves. */
const columns = {
  id: true,
  name: true,
  vmid: true,
  clusterIp: true,
  clusterId: true,
  node: true,
  isReplica: true,
  state: true,
  onSharedStorage: true,
  lastVerifiedAt: true,
} as const;

/** An original or a replica of it. */
export type Instance = Pick<Template, keyof typeof columns>;

/** What has to be known of a row to put it in its place. */
export type LineageRow = Pick<Instance, 'clusterIp' | 'clusterId' | 'isReplica'>;

/** Where an original and its replicas are. */
export interface Distribution<Row extends LineageRow = Instance> {
  readonly original: Row;
  /** The original first, then its replicas by id; class templates are left out. */
  readonly instances: readonly Row[];
  /** Other clusters which have an original of that vmid: by id, or by address where they have none. */
  readonly otherClusters: readonly string[];
}

/** Finds where the original with a vmid and its replicas are; null when no cluster has such an original. */
export async function findDistribution(
  prisma: PrismaClient,
  vmid: number,
  cluster: ClusterArguments,
): Promise<Distribution | null> {
  const rows = await prisma.template.findMany({
    where: translateTemplateFields(filterDistribution(vmid, cluster)),
    select: columns,
    orderBy: { id: 'asc' },
  });
  return arrangeDistribution(rows);
}

/** The originals with a vmid and the replicas that name it as their source, as far as they are there. */
export function filterDistribution(vmid: number, cluster: ClusterArguments): TemplateWhereShape {
  return {
    ...filterCluster(cluster),
    ...thereNow,
    isClassTemplate: { eq: false },
    OR: [
      { vmid: { eq: vmid }, isReplica: { eq: false } },
      { sourceVmid: { eq: vmid }, isReplica: { eq: true } },
    ],
  };
}

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

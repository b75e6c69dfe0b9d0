import type { PrismaClient, Template } from '../../../prisma/generated/sqlite/client.ts';
import { scopeToCluster, thereNow, type ClusterArguments } from './cluster-scope.ts';

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

/** Where an original and its replicas are. */
export interface Distribution {
  readonly original: Instance;
  /** The original first, then its replicas by id; class templates are left out. */
  readonly instances: readonly Instance[];
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
    where: {
      AND: [scopeToCluster(cluster), thereNow],
      isClassTemplate: false,
      OR: [
        { vmid, isReplica: false },
        { sourceVmid: vmid, isReplica: true },
      ],
    },
    select: columns,
    orderBy: { id: 'asc' },
  });
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

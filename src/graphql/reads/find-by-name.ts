import type { Prisma, PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import { translateTemplateFields } from '../filters/template-where.ts';
import { filterCluster, thereNow, type ClusterArguments } from './cluster-scope.ts';

/**
 * What belongs to a name: the rows of exactly that name, and the replicas of the originals of that name in the same
 * cluster, class templates left out.
 */
export async function whereNamed(
  prisma: PrismaClient,
  name: string,
  cluster: ClusterArguments,
): Promise<Prisma.TemplateWhereInput> {
  const scope = translateTemplateFields({ ...filterCluster(cluster), ...thereNow });
  const originals = await prisma.template.findMany({
    where: { ...scope, name, isReplica: false, isClassTemplate: false },
    select: { clusterIp: true, vmid: true },
  });
  const replicas = originals.map(({ clusterIp, vmid }) => ({
    clusterIp,
    sourceVmid: vmid,
    isReplica: true,
    isClassTemplate: false,
  }));
  return { ...scope, OR: [{ name }, ...replicas] };
}

import type { PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import type { Store } from '../../store/store.ts';
import { findDistribution, type Instance } from './find-distribution.ts';
import type { ClusterArguments } from './cluster-scope.ts';

/**
 * The template that a clone on a node is best made of: one on that node, else one on shared storage, else one on a
 * node that answers. Outdated and orphaned replicas come last; the original goes before its replicas.
 *
 * @returns null when there is no original with the vmid, or nothing of it that is there.
 */
export async function findNearest(
  store: Store,
  { node, ...wanted }: { vmid: number; node: string } & ClusterArguments,
): Promise<Instance | null> {
  const distribution = await findDistribution(store, wanted);
  if (!distribution) return null;
  const online = await listOnlineNodes(store.prisma, distribution.original.clusterId);
  const ranked = distribution.instances
    .map((template, index) => ({ template, rank: rankTemplate(template, node, online), index }))
    .sort((left, right) => left.rank - right.rank || left.index - right.index);
  return ranked[0]?.template ?? null;
}

/** Lower is better. */
function rankTemplate(template: Instance, node: string, online: ReadonlySet<string>): number {
  const outOfDate = template.state === 'PRESENT' ? 0 : 8;
  if (template.node === node) return outOfDate;
  const unreachable = template.node !== null && online.has(template.node) ? 0 : 2;
  return outOfDate + (template.onSharedStorage ? 1 : 2) + unreachable;
}

async function listOnlineNodes(prisma: PrismaClient, clusterId: string | null): Promise<Set<string>> {
  if (clusterId === null) return new Set();
  const nodes = await prisma.node.findMany({ where: { clusterId, state: 'ONLINE' }, select: { name: true } });
  return new Set(nodes.map(({ name }) => name));
}

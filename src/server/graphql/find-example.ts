import type { Store } from '../../store/store.ts';
import type { GraphiqlExample } from './graphiql-tabs.ts';

/** As the documents have it, while there is no template. */
const fallback: GraphiqlExample = { vmid: 9000, node: 'pve1' };

/** The oldest original that is there, and another node of its cluster where there is one. */
export async function findExample({ prisma }: Store): Promise<GraphiqlExample> {
  const original = await prisma.template.findFirst({
    where: { isReplica: false, isClassTemplate: false, state: 'PRESENT', clusterId: { not: null } },
    orderBy: { id: 'asc' },
    select: { vmid: true, node: true, clusterId: true },
  });
  if (!original) return fallback;
  const { vmid, node, clusterId } = original;
  const other = await prisma.node.findFirst({
    where: { clusterId: clusterId ?? '', name: { not: node ?? '' } },
    orderBy: { name: 'asc' },
    select: { name: true },
  });
  return { vmid, node: other?.name ?? node ?? fallback.node };
}

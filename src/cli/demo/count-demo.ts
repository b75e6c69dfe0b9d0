import type { TemplateHub } from '../../main.ts';
import type { PlanAnswer } from '../../replication/replicator.ts';

/** Where the demo stands, counted in the store. */
export interface DemoCounts {
  readonly clusters: number;
  readonly nodes: number;
  readonly originals: number;
  readonly replicas: number;
  /** Replicas that are wanted on an online node and not there. */
  readonly missing: number;
}

/** Replicas that cannot be made now, by the reason. */
export type Impossible = ReadonlyMap<string, number>;

/** One replica as it can be compared between two boots. */
export interface ReplicaFact {
  readonly clusterId: string | null;
  readonly vmid: number;
  readonly node: string | null;
  readonly sourceVmid: number | null;
}

/** States of a plan's line in which the replica is wanted but not there. */
const lacking = new Set(['WANTED', 'BEING_MADE', 'FAILED', 'NOT_POSSIBLE']);

/** Counts what is there and what a further run would still want. */
export async function countDemo(hub: TemplateHub): Promise<DemoCounts> {
  const { prisma } = hub.store;
  const present = { state: { not: 'MISSING' } } as const;
  const answers = (await hub.replicator?.plan({})) ?? [];
  return {
    clusters: await prisma.cluster.count(),
    nodes: await prisma.node.count(),
    originals: await prisma.template.count({
      where: { ...present, isReplica: false, isClassTemplate: false },
    }),
    replicas: await prisma.template.count({ where: { ...present, isReplica: true, isClassTemplate: false } }),
    missing: countMissing(answers, await findOnlineNodes(hub)),
  };
}

/** Replicas in the order of cluster and VMID. */
export async function listReplicas(hub: TemplateHub): Promise<ReplicaFact[]> {
  return hub.store.prisma.template.findMany({
    where: { isReplica: true, state: { not: 'MISSING' } },
    select: { clusterId: true, vmid: true, node: true, sourceVmid: true },
    orderBy: [{ clusterId: 'asc' }, { vmid: 'asc' }],
  });
}

/** Counts the replicas that are wanted and cannot be made now. */
export async function countImpossible(hub: TemplateHub): Promise<Impossible> {
  const reasons = new Map<string, number>();
  for (const { lines } of (await hub.replicator?.plan({})) ?? []) {
    for (const { state, reason } of lines) {
      if (state !== 'NOT_POSSIBLE') continue;
      const words = reason ?? 'nobody knows why';
      reasons.set(words, (reasons.get(words) ?? 0) + 1);
    }
  }
  return reasons;
}

async function findOnlineNodes(hub: TemplateHub): Promise<ReadonlySet<string>> {
  const nodes = await hub.store.prisma.node.findMany({ where: { state: 'ONLINE' } });
  return new Set(nodes.map((node) => `${node.clusterId}/${node.name}`));
}

function countMissing(answers: readonly PlanAnswer[], online: ReadonlySet<string>): number {
  const lines = answers.flatMap((answer) => answer.lines);
  return lines.filter((line) => lacking.has(line.state) && online.has(`${line.clusterId}/${line.targetNode}`))
    .length;
}

import type {
  Node,
  PrismaClient,
  ReplicationStep,
  Template,
} from '../../../prisma/generated/sqlite/client.ts';

/** An original and what its placements are found by. */
export type PlacedOriginal = Pick<Template, 'id' | 'clusterId' | 'clusterIp' | 'vmid' | 'node' | 'isReplica'>;

/** What is the case for an original on one node. */
export interface Placement {
  readonly node: string;
  readonly status: 'PRESENT' | 'OUTDATED' | 'MISSING' | 'BEING_MADE' | 'FAILED' | 'NOT_POSSIBLE';
  /** The original or replica that is there; null when none is. */
  readonly vmid: number | null;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

type PlacedStep = Pick<
  ReplicationStep,
  'clusterId' | 'sourceVmid' | 'targetNode' | 'phase' | 'vmid' | 'errorCode' | 'errorMessage'
>;
type PlacedReplica = Pick<Template, 'clusterIp' | 'sourceVmid' | 'node' | 'vmid' | 'state'>;

/** What the placements of originals are worked out from. */
export interface PlacementFacts {
  readonly nodes: readonly Pick<Node, 'clusterId' | 'name' | 'state'>[];
  readonly replicas: readonly PlacedReplica[];
  /** Steps that are under way or failed, the latest first. */
  readonly steps: readonly PlacedStep[];
}

/** Works out what is the case for originals on every node of their clusters, from what the store knows: three statements. */
export async function placeOriginals(
  prisma: PrismaClient,
  originals: readonly PlacedOriginal[],
): Promise<Map<PlacedOriginal, Placement[]>> {
  const clusterIds = [...new Set(originals.flatMap(({ clusterId }) => clusterId ?? []))];
  const vmids = [...new Set(originals.map(({ vmid }) => vmid))];
  const [nodes, replicas, steps] = await Promise.all([
    prisma.node.findMany({
      where: { clusterId: { in: clusterIds } },
      select: { clusterId: true, name: true, state: true },
      orderBy: { name: 'asc' },
    }),
    prisma.template.findMany({
      where: {
        sourceVmid: { in: vmids },
        isReplica: true,
        isClassTemplate: false,
        state: { not: 'MISSING' },
      },
      select: { clusterIp: true, sourceVmid: true, node: true, vmid: true, state: true },
      orderBy: { id: 'asc' },
    }),
    prisma.replicationStep.findMany({
      where: {
        clusterId: { in: clusterIds },
        sourceVmid: { in: vmids },
        kind: 'REPLICA',
        phase: { notIn: ['DONE', 'CANCELLED'] },
      },
      select: {
        clusterId: true,
        sourceVmid: true,
        targetNode: true,
        phase: true,
        vmid: true,
        errorCode: true,
        errorMessage: true,
      },
      orderBy: { id: 'desc' },
      take: maxSteps,
    }),
  ]);
  return new Map(
    originals.map((original) => [original, placeOriginal(original, { nodes, replicas, steps })]),
  );
}

/** Steps that are looked at; older ones tell nothing new. */
const maxSteps = 5000;

/** What is the case for one original on every node of its cluster, by name. A replica has no placements of its own. */
export function placeOriginal(original: PlacedOriginal, facts: PlacementFacts): Placement[] {
  if (original.isReplica) return [];
  return facts.nodes
    .filter(({ clusterId }) => clusterId === original.clusterId)
    .map((node) => placeOnNode(original, node, facts));
}

function placeOnNode(
  original: PlacedOriginal,
  node: PlacementFacts['nodes'][number],
  { replicas, steps }: PlacementFacts,
): Placement {
  const there = { node: node.name, reasonCode: null, reason: null };
  if (original.node === node.name) return { ...there, status: 'PRESENT', vmid: original.vmid };
  const replica = replicas.find(
    (one) =>
      one.clusterIp === original.clusterIp && one.sourceVmid === original.vmid && one.node === node.name,
  );
  if (replica) {
    return { ...there, status: replica.state === 'OUTDATED' ? 'OUTDATED' : 'PRESENT', vmid: replica.vmid };
  }
  const step = steps.find(
    (one) =>
      one.clusterId === original.clusterId &&
      one.sourceVmid === original.vmid &&
      one.targetNode === node.name,
  );
  if (step && step.phase !== 'FAILED') {
    return {
      node: node.name,
      status: 'BEING_MADE',
      vmid: step.vmid,
      reasonCode: step.errorCode,
      reason: step.errorMessage,
    };
  }
  return { node: node.name, vmid: null, ...findReason(node, step) };
}

/** Why nothing is on a node, as far as it shows in the store. */
function findReason(
  node: PlacementFacts['nodes'][number],
  step: PlacedStep | undefined,
): Pick<Placement, 'status' | 'reasonCode' | 'reason'> {
  if (node.state === 'OFFLINE') {
    const reason = `the node ${node.name} is offline`;
    return { status: 'NOT_POSSIBLE', reasonCode: 'NODE_OFFLINE', reason };
  }
  if (step)
    return { status: 'FAILED', reasonCode: step.errorCode ?? 'STEP_FAILED', reason: step.errorMessage };
  return { status: 'MISSING', reasonCode: null, reason: null };
}

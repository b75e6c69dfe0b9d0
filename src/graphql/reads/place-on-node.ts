import type { Node, ReplicationStep, Template } from '../../../prisma/generated/sqlite/client.ts';

/** What is the case for an original on one node. */
export interface Placement {
  readonly node: string;
  readonly status: 'PRESENT' | 'OUTDATED' | 'MISSING' | 'BEING_MADE' | 'FAILED' | 'NOT_POSSIBLE';
  /** The original or replica that is there; null when none is. */
  readonly vmid: number | null;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

type PlacedNode = Pick<Node, 'name' | 'state'>;
type PlacedStep = Pick<ReplicationStep, 'phase' | 'vmid' | 'errorCode' | 'errorMessage'>;

/** What the store knows of an original on a node. */
export interface PlacementFacts {
  /** The replica that is there; null when none is. */
  readonly replica: Pick<Template, 'vmid' | 'state'> | null;
  /** The latest step that is under way or failed; null when there is none. */
  readonly step: PlacedStep | null;
}

/** Works out what is the case for an original on one node of its cluster. */
export function placeOnNode(
  original: Pick<Template, 'vmid' | 'node'>,
  node: PlacedNode,
  { replica, step }: PlacementFacts,
): Placement {
  const there = { node: node.name, reasonCode: null, reason: null };
  if (original.node === node.name) return { ...there, status: 'PRESENT', vmid: original.vmid };
  if (replica) {
    return { ...there, status: replica.state === 'OUTDATED' ? 'OUTDATED' : 'PRESENT', vmid: replica.vmid };
  }
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
  node: PlacedNode,
  step: PlacedStep | null,
): Pick<Placement, 'status' | 'reasonCode' | 'reason'> {
  if (node.state === 'OFFLINE') {
    const reason = `the node ${node.name} is offline`;
    return { status: 'NOT_POSSIBLE', reasonCode: 'NODE_OFFLINE', reason };
  }
  if (node.state === 'UNKNOWN') {
    const reason = `nobody knows how the node ${node.name} is: the last scan did not see it`;
    return { status: 'NOT_POSSIBLE', reasonCode: 'NODE_UNKNOWN', reason };
  }
  if (step)
    return { status: 'FAILED', reasonCode: step.errorCode ?? 'STEP_FAILED', reason: step.errorMessage };
  return { status: 'MISSING', reasonCode: null, reason: null };
}

import type { ReplicationPolicy } from '../policy/policy.ts';
import { isCurrent } from './place.ts';
import type { PlanInput, PlannedRemoval } from './plan.ts';
import { isRequested } from './want.ts';
import { pairOf, type Item, type World } from './world.ts';

interface RemovalInput {
  input: PlanInput;
  world: World;
  policy: ReplicationPolicy;
}

/**
 * Replicas that are to go: outdated ones beside a current one, and orphans where the policy says so. Only guests whose
 * own marker says that Template Hub made them, and only on nodes that are online.
 */
export function planRemovals({ input, world, policy }: RemovalInput): PlannedRemoval[] {
  return [...world.replicas.values()]
    .flat()
    .flatMap((replica) => {
      const why = judge(replica, { input, world, policy });
      return why ? describeRemoval(replica, why) : [];
    })
    .sort((a, b) => a.vmid - b.vmid);
}

function judge(replica: Item, { input, world, policy }: RemovalInput): PlannedRemoval['why'] | undefined {
  const { lineage, seen, node } = replica;
  const { sourceVmid } = lineage;
  if (!lineage.marked || !seen || seen.lock || sourceVmid === undefined || node === null) return undefined;
  if (!isRequested(input.request, { source: { vmid: sourceVmid }, node })) return undefined;
  if (!world.nodes.some(({ name, state }) => name === node && state === 'ONLINE')) return undefined;
  const source = world.sources.find(({ vmid }) => vmid === sourceVmid);
  if (source)
    return policy.outdated === 'replace' && isReplaced(replica, { source, world }) ? 'REPLACED' : undefined;
  const orphaned = world.gone.has(sourceVmid) && lineage.classId === undefined;
  return orphaned && policy.orphans === 'remove' ? 'ORPHANED' : undefined;
}

/** New before old: something current must be on the node, and no step may be under way there. */
function isReplaced(replica: Item, { source, world }: { source: Item; world: World }): boolean {
  const pair = pairOf(source.vmid, replica.node ?? '');
  if (isCurrent(replica, source) || world.running.has(pair)) return false;
  const others = world.replicas.get(pair) ?? [];
  return source.node === replica.node || others.some((other) => isCurrent(other, source));
}

function describeRemoval({ vmid, name, seen, lineage }: Item, why: PlannedRemoval['why']): PlannedRemoval[] {
  if (!seen || lineage.sourceVmid === undefined) return [];
  return [
    {
      kind: 'REMOVE',
      guestKind: seen.kind,
      vmid,
      node: seen.node,
      name,
      sourceVmid: lineage.sourceVmid,
      why,
    },
  ];
}

import type { ReplicationPolicy } from '../policy/policy.ts';
import { isCurrent } from './place.ts';
import type { PlanInput, PlannedRemoval, PlannedStep } from './plan.ts';
import { isRequested } from './want.ts';
import { pairOf, type World } from './world.ts';
import type { Item } from './item.ts';

interface RemovalInput {
  input: PlanInput;
  world: World;
  policy: ReplicationPolicy;
}

/** When a removal may be begun: now, or once the steps of the plan are done. */
export interface PlannedRemovals {
  now: PlannedRemoval[];
  later: PlannedRemoval[];
}

/**
 * Replicas that are to go: outdated ones beside a current one, and orphans where the policy says so. Only guests whose
 * own marker says that Template Hub made them, and only on nodes that are online. What stands in the way of one (a
 * person's protection, linked clones, a lock) is looked at when it is known that it is to go.
 */
export function planRemovals(removal: RemovalInput, steps: readonly PlannedStep[]): PlannedRemovals {
  const replicas = [...removal.world.replicas.values()].flat();
  const planned = new Set(steps.map(({ sourceVmid, targetNode }) => pairOf(sourceVmid, targetNode)));
  const judged = replicas.map((replica) => ({ replica, verdict: judge(replica, removal, planned) }));
  const pick = (when: Verdict['when']) =>
    judged
      .flatMap(({ replica, verdict }) =>
        verdict?.when === when ? describeRemoval(replica, verdict.why) : [],
      )
      .sort((a, b) => a.vmid - b.vmid);
  return { now: pick('NOW'), later: pick('LATER') };
}

interface Verdict {
  why: PlannedRemoval['why'];
  when: 'NOW' | 'LATER';
}

function judge(
  replica: Item,
  { input, world, policy }: RemovalInput,
  planned: ReadonlySet<string>,
): Verdict | undefined {
  const { lineage, seen, node } = replica;
  const { sourceVmid } = lineage;
  if (!lineage.marked || !seen || sourceVmid === undefined || node === null) return undefined;
  if (!isRequested(input.request, { source: { vmid: sourceVmid }, node })) return undefined;
  if (!world.nodes.some(({ name, state }) => name === node && state === 'ONLINE')) return undefined;
  const source = world.sources.find(({ vmid }) => vmid === sourceVmid);
  if (source && policy.outdated === 'replace') return judgeOutdated(replica, { source, world, planned });
  const orphaned = !source && world.gone.has(sourceVmid) && lineage.classId === undefined;
  return orphaned && policy.orphans === 'remove' ? { why: 'ORPHANED', when: 'NOW' } : undefined;
}

/** New before old: something current must be on the node, and no step may be under way there. */
function judgeOutdated(
  replica: Item,
  { source, world, planned }: { source: Item; world: World; planned: ReadonlySet<string> },
): Verdict | undefined {
  const pair = pairOf(source.vmid, replica.node ?? '');
  if (isCurrent(replica, source) || world.running.has(pair)) return undefined;
  const others = world.replicas.get(pair) ?? [];
  const isReplaced = source.node === replica.node || others.some((other) => isCurrent(other, source));
  if (isReplaced) return { why: 'REPLACED', when: 'NOW' };
  return planned.has(pair) ? { why: 'REPLACED', when: 'LATER' } : undefined;
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

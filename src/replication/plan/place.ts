import { isReopenedSince } from '../../inventory/lineage/reopened.ts';
import type { World } from './world.ts';
import type { Item } from './item.ts';
import { pairOf } from './world.ts';
import type { Placement, PlanInput } from './plan.ts';
import type { Reason } from './reason.ts';
import { refuseSameName } from './same-name.ts';
import { refuseShared, refuseSource, refuseTarget, refuseWish } from './want.ts';

/** A placement for which a step may be drafted; `outdated` is what the step would replace. */
export interface Opening {
  source: Item;
  node: string;
  outdated?: Item;
}

/** What is the case at one (source, node): settled, or open for a step. */
export interface Placed {
  placement: Placement;
  opening?: Opening;
}

/** Judges one (source, node) by everything but storage and space. */
export function place(
  { source, node }: { source: Item; node: World['nodes'][number] },
  { input, world }: { input: PlanInput; world: World },
): Placed {
  const base = {
    sourceVmid: source.vmid,
    sourceName: source.name,
    node: node.name,
    original: source.node === node.name,
    classId: source.lineage.classId,
  };
  if (base.original) return { placement: { ...base, status: 'PRESENT', vmid: source.vmid } };

  const replicas = world.replicas.get(pairOf(source.vmid, node.name)) ?? [];
  const current = replicas.find((replica) => isCurrent(replica, source));
  if (current) return { placement: { ...base, status: 'PRESENT', vmid: current.vmid } };

  const outdated = replicas[0];
  const running = world.running.get(pairOf(source.vmid, node.name));
  if (running) return { placement: { ...base, status: 'BEING_MADE', vmid: running.vmid ?? outdated?.vmid } };

  const refusal = judge({ source, node }, { input, world });
  if (!outdated) return openMissing(base, { source, refusal });
  return openOutdated(
    { ...base, status: 'OUTDATED', vmid: outdated.vmid },
    { source, outdated, refusal, input },
  );
}

type Base = Omit<Placement, 'status'>;

/** What speaks against a step: the policy, or the state of the node or source. */
interface Refusal {
  unwanted?: Reason;
  impossible?: Reason;
}

function judge(
  { source, node }: { source: Item; node: World['nodes'][number] },
  { input, world }: { input: PlanInput; world: World },
): Refusal {
  const pair = { source, node: node.name };
  const { policy } = input;
  return {
    unwanted:
      refuseWish(pair, input) ??
      refuseShared(pair, { policy, world }) ??
      refuseSameName({ ...pair, policy, others: world.sameNames.others(source) }),
    impossible: refuseTarget(node, world) ?? refuseSource(source, world),
  };
}

function openMissing(base: Base, { source, refusal }: { source: Item; refusal: Refusal }): Placed {
  const { unwanted, impossible } = refusal;
  if (unwanted) return { placement: { ...base, status: 'NOT_WANTED', reason: unwanted } };
  if (impossible) return { placement: { ...base, status: 'NOT_POSSIBLE', reason: impossible } };
  return { placement: { ...base, status: 'WANTED' }, opening: { source, node: base.node } };
}

function openOutdated(
  placement: Placement,
  { source, outdated, refusal, input }: { source: Item; outdated: Item; refusal: Refusal; input: PlanInput },
): Placed {
  const reason = refusal.unwanted ?? refusal.impossible;
  if (reason) return { placement: { ...placement, reason } };
  if (input.policy.outdated === 'replace')
    return { placement, opening: { source, node: placement.node, outdated } };
  const message = 'The policy keeps replicas of older generations (outdated: keep)';
  return { placement: { ...placement, reason: { code: 'OUTDATED_KEPT', message } } };
}

/**
 * A replica is outdated when both generations are known and differ, or its source was seen to be no template since it
 * was made.
 */
export function isCurrent({ lineage, row }: Item, source: Item): boolean {
  if (isReopenedSince(source.row, row)) return false;
  const generation = source.seen?.details.generation;
  const { sourceGeneration } = lineage;
  return generation === undefined || sourceGeneration === undefined || generation === sourceGeneration;
}

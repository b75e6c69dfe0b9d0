import { isReopenedSince } from '../../inventory/lineage/reopened.ts';
import { draftStep, type Draft } from './draft-step.ts';
import { isCurrent, place, type Opening, type Placed } from './place.ts';
import type { Placement, Plan, PlanInput, PlannedStep } from './plan.ts';
import type { Reason } from './reason.ts';
import { refuseRepeat } from './refused-before.ts';
import type { PastRefusal } from './plan.ts';
import { planRemovals } from './removals.ts';
import { openLedger, type SpaceLedger } from './space.ts';
import { findUnknownNames } from '../policy/unknown-names.ts';
import { isRequested } from './want.ts';
import { warnOfSameName } from './same-name.ts';
import { buildWorld, pairOf, type World } from './world.ts';
import type { Item, SeenItem } from './item.ts';

/**
 * What should be there minus what is there. Pure: the same input, in whatever order its lists are, gives the same plan,
 * and the plan of a cluster in which everything wanted is there has no steps.
 */
export function planReplication(input: PlanInput): Plan {
  const { observation, policy } = input;
  const world = buildWorld(input);
  const held = findHold(input);
  const ledger = openLedger(observation.storages, policy.overcommit);
  const placed = world.sources
    .flatMap((source) => world.nodes.map((node) => place({ source, node }, { input, world })))
    .sort(byLength);
  const results = placed.map((one) => decide(one, { input, world, ledger }));
  const steps = held ? [] : results.flatMap(({ step }) => step ?? []);
  const removals = held ? { now: [], later: [] } : planRemovals({ input, world, policy }, steps);
  return {
    clusterId: observation.clusterId,
    held,
    placements: results.map(({ placement }) => placement).sort(byPair),
    steps,
    remarks: findUnknownNames(policy, {
      nodes: observation.nodes.map(({ name }) => name),
      storages: [...new Set(observation.storages.map(({ name }) => name))],
      templates: world.sources,
    }),
    removals: removals.now,
    laterRemovals: removals.later,
  };
}

/** Why nothing at all is begun. */
function findHold({ observation, policy }: PlanInput): Reason | undefined {
  const { reachable, quorate, clusterId, fault, blind } = observation;
  if (!reachable) {
    return {
      code: 'CLUSTER_UNREACHABLE',
      message: fault?.message ?? `Cluster ${clusterId} cannot be reached`,
    };
  }
  if (blind) return { code: 'NO_GUESTS_VISIBLE', message: blind.message };
  if (quorate === false) {
    return { code: 'NO_QUORUM', message: `Cluster ${clusterId} has no quorum and refuses every change` };
  }
  return policy.paused
    ? { code: 'PAUSED', message: `Replication of cluster ${clusterId} is paused` }
    : undefined;
}

interface Deciding {
  input: PlanInput;
  world: World;
  ledger: SpaceLedger;
}

/** Storage and space have the last word on an opening. */
function decide(
  { placement, opening }: Placed,
  { input, world, ledger }: Deciding,
): { placement: Placement; step?: PlannedStep } {
  if (!opening || !isSeen(opening.source)) return { placement };
  if (!isRequested(input.request, opening)) {
    const message = 'It is wanted, but this request asks for other templates or nodes';
    return { placement: { ...placement, reason: { code: 'NOT_REQUESTED', message } } };
  }
  const draft = draftStep({
    source: opening.source,
    copies: [opening.source, ...findCopies(opening, world)],
    target: opening.node,
    policy: input.policy,
    world,
    replacesVmid: opening.outdated?.vmid,
  });
  const result = 'reason' in draft ? draft : admit(draft, { input, world, ledger });
  if ('reason' in result) return { placement: refusePlacement(placement, result.reason) };
  const { step, warnings } = result;
  const told = warnings.length === 0 ? {} : { warnings };
  return { placement: { ...placement, way: step.way, ...told }, step };
}

/** A draft may be carried out unless it was refused before, or there is no room. */
function admit(draft: Draft, { input, world, ledger }: Deciding): Draft | { reason: Reason } {
  const { step } = draft;
  const past = input.request?.retry ? undefined : findRefusal(step, input);
  const repeated = refuseRepeat(past, step);
  if (repeated) return { reason: repeated };
  const room = ledger.take(draft.route);
  if ('reason' in room) return room;
  const source = world.sources.find(({ vmid }) => vmid === step.sourceVmid);
  const named = source ? warnOfSameName({ source, others: world.sameNames.others(source) }) : [];
  return { ...draft, warnings: [...draft.warnings, ...room.warnings, ...named] };
}

function findRefusal(step: PlannedStep, { refusals = [] }: PlanInput): PastRefusal | undefined {
  return refusals.find(
    ({ sourceVmid, targetNode }) => sourceVmid === step.sourceVmid && targetNode === step.targetNode,
  );
}

function refusePlacement(placement: Placement, reason: Reason): Placement {
  // What was tried and refused has failed; what nobody would try is not possible.
  const status = reason.code === 'REFUSED_BEFORE' ? 'FAILED' : 'NOT_POSSIBLE';
  return { ...placement, status: placement.status === 'OUTDATED' ? 'OUTDATED' : status, reason };
}

/** Current replicas that were seen on nodes that are online, and can be copied instead of the source. */
function findCopies({ source }: Opening, world: World): SeenItem[] {
  const online = world.nodes.filter(({ state }) => state === 'ONLINE');
  return (
    online
      .flatMap(({ name }) => world.replicas.get(pairOf(source.vmid, name)) ?? [])
      .filter(isSeen)
      .filter((copy) => copy.lineage.marked && !copy.seen.lock && isCurrent(copy, source))
      // One that was no template in between may hold anything.
      .filter((copy) => !isReopenedSince(copy.row, copy.row))
      .sort((a, b) => a.vmid - b.vmid)
  );
}

function isSeen(item: Item): item is SeenItem {
  return item.seen !== undefined;
}

/** Longest copies first: whoever takes the steps in this order is not left waiting for a long one at the end. */
function byLength(a: Placed, b: Placed): number {
  return sizeOf(b) - sizeOf(a) || byPair(a.placement, b.placement);
}

function sizeOf({ opening }: Placed): number {
  return opening?.source.seen?.details.diskBytes ?? 0;
}

function byPair(a: Placement, b: Placement): number {
  return a.sourceVmid - b.sourceVmid || (a.node < b.node ? -1 : 1);
}

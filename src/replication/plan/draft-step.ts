import { unknownFacts } from '../../inventory/observe/cluster-facts.ts';
import { nameReplica } from '../policy/replica-name.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import { storageFor } from '../policy/select.ts';
import { describeBasis } from './basis.ts';
import { findRoute } from './find-route.ts';
import { findHostObstacle } from './host-obstacles.ts';
import type { PlannedStep, Preparation, Way } from './plan.ts';
import { prepareCopy } from './prepare-copy.ts';
import type { Reason, Warning } from './reason.ts';
import { findRightObstacle } from './right-obstacle.ts';
import { refuse, type Route, type RouteResult } from './route.ts';
import { describeSource } from './source-disks.ts';
import { warnOfHost } from './warn-of-host.ts';
import type { World } from './world.ts';
import type { SeenItem } from './item.ts';

export interface DraftRequest {
  source: SeenItem;
  /** Guests whose bytes are the source's: itself first, then current replicas. */
  copies: readonly SeenItem[];
  target: string;
  policy: ReplicationPolicy;
  world: World;
  replacesVmid?: number;
}

/** A step, the route it takes, and what deserves a look. */
export interface Draft {
  step: PlannedStep;
  route: Route;
  warnings: Warning[];
}

/** From the cheapest, which copies nothing over the network, to the dearest. */
const ranks: readonly Way[] = ['SHARED_TARGET', 'LOCAL_MIGRATE', 'LOCAL_MIGRATE_STORAGE', 'CONVERTING_CLONE'];

/** The cheapest step that brings a source to a node, or why there is none. */
export function draftStep(request: DraftRequest): Draft | { reason: Reason } {
  const results = request.copies.map((copy) => ({ copy, result: routeFrom(copy, request) }));
  const routes = results.flatMap(({ copy, result }) =>
    'route' in result ? [{ copy, route: result.route }] : [],
  );
  const best = routes.sort(
    (a, b) =>
      rate(a.route) - rate(b.route) || request.copies.indexOf(a.copy) - request.copies.indexOf(b.copy),
  )[0];
  if (best) return writeDraft(request, best);
  const first = results[0]?.result;
  return first && 'reason' in first ? first : refuse('SOURCE_NOT_SEEN', 'Nothing can be copied from');
}

/** The bytes that pass through the source's node come first, then how the step is done. */
function rate(route: Route): number {
  return (route.passes.length > 0 ? ranks.length : 0) + ranks.indexOf(route.way);
}

function routeFrom(copy: SeenItem, { target, policy, world }: DraftRequest): RouteResult {
  const { kind, node, details } = copy.seen;
  const described = describeSource({ kind, node, disks: details.disks }, world.storages);
  if ('reason' in described) return described;
  const result = findRoute({
    source: described.source,
    target,
    wanted: storageFor(policy, target),
    storages: world.storages,
    fullCloneOnly: policy.fullCloneOnly === 'replicate',
  });
  if ('reason' in result) return result;
  const { facts = unknownFacts } = world;
  const migrates = result.route.migrate !== undefined;
  const reason =
    findRightObstacle(facts, policy) ??
    findHostObstacle({ vmid: copy.vmid, guest: details, node, target, migrates, facts });
  return reason ? { reason } : result;
}

interface Chosen {
  copy: SeenItem;
  route: Route;
}

function writeDraft(request: DraftRequest, { copy, route }: Chosen): Draft {
  const { source, target, policy, world } = request;
  const { prepare, warnings } = prepareCopy(copy, { target, route, world });
  const step = writeStep(request, { copy, route, prepare });
  const { facts, storages } = world;
  const basis = describeBasis({ step, source, copy, policy, storages, facts });
  return {
    step: { ...step, basis },
    route,
    warnings: [...warnings, ...warnOfHost(copy, { target, route, prepare, world })],
  };
}

function writeStep(
  { source, target, policy, world, replacesVmid }: DraftRequest,
  { copy, route, prepare }: Chosen & { prepare: Preparation },
): Omit<PlannedStep, 'basis'> {
  const { vmid, name, seen, lineage } = source;
  return {
    kind: 'REPLICA',
    guestKind: seen.kind,
    way: route.way,
    sourceVmid: vmid,
    sourceNode: seen.node,
    sourceGeneration: seen.details.generation,
    sourceDescription: seen.details.description,
    copyVmid: copy.vmid,
    copyNode: copy.seen.node,
    targetNode: target,
    targetStorage: route.targetStorage,
    clone: route.clone,
    migrate: route.migrate,
    prepare,
    name: nameReplica(policy.namePattern, { name, node: target, vmid }),
    bytes: copy.seen.details.diskBytes,
    bandwidthLimit: policy.bandwidthLimit,
    storages: [
      ...new Set([...readKeys(copy, world), ...route.passes.map(toKey), ...route.stays.map(toKey)]),
    ].sort(),
    replacesVmid,
    classId: lineage.classId,
  };
}

function readKeys({ seen }: SeenItem, world: World): string[] {
  return seen.details.disks.flatMap(({ storage, cdrom, unused }) => {
    const found =
      storage === undefined || cdrom || unused ? undefined : world.storages.find(seen.node, storage);
    if (!found) return [];
    return [found.shared ? found.name : `${found.node}/${found.name}`];
  });
}

function toKey({ key }: { key: string }): string {
  return key;
}

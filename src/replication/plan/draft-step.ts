import { nameReplica } from '../policy/replica-name.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import { storageFor } from '../policy/select.ts';
import { findRoute } from './find-route.ts';
import type { PlannedStep, Preparation, Way } from './plan.ts';
import type { Reason } from './reason.ts';
import { refuse, type Route } from './route.ts';
import { describeSource } from './source-disks.ts';
import type { Item, World } from './world.ts';

/** A source that was seen. */
export type SeenItem = Item & { seen: NonNullable<Item['seen']> };

export interface DraftRequest {
  source: SeenItem;
  /** Guests whose bytes are the source's: itself first, then current replicas. */
  copies: readonly SeenItem[];
  target: string;
  policy: ReplicationPolicy;
  world: World;
  replacesVmid?: number;
}

/** A step and the route it takes. */
export interface Draft {
  step: PlannedStep;
  route: Route;
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
  if (best) return { step: writeStep(request, best), route: best.route };
  const first = results[0]?.result;
  return first && 'reason' in first ? first : refuse('SOURCE_NOT_SEEN', 'Nothing can be copied from');
}

/** The bytes that pass through the source's node come first, then how the step is done. */
function rate(route: Route): number {
  return (route.passes.length > 0 ? ranks.length : 0) + ranks.indexOf(route.way);
}

function routeFrom(copy: SeenItem, { target, policy, world }: DraftRequest) {
  const { kind, node, details } = copy.seen;
  const described = describeSource({ kind, node, disks: details.disks }, world.storages);
  if ('reason' in described) return described;
  return findRoute({
    source: described.source,
    target,
    wanted: storageFor(policy, target),
    storages: world.storages,
    fullCloneOnly: policy.fullCloneOnly === 'replicate',
  });
}

function writeStep(
  { source, target, policy, world, replacesVmid }: DraftRequest,
  { copy, route }: { copy: SeenItem; route: Route },
): PlannedStep {
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
    prepare: prepareCopy(copy, { target, world }),
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

function prepareCopy({ seen }: SeenItem, { target, world }: { target: string; world: World }): Preparation {
  const { disks, protection, onboot, hookscript } = seen.details;
  const reaches = (storage: string | undefined) => {
    const there = storage === undefined ? undefined : world.storages.find(target, storage);
    return there?.shared === true && there.active;
  };
  const detach = disks.filter(({ cdrom, storage }) => cdrom && storage !== undefined && !reaches(storage));
  const keepsScript = hookscript === undefined || reaches(hookscript.split(':')[0]);
  const remove = [protection ? 'protection' : '', onboot ? 'onboot' : '', keepsScript ? '' : 'hookscript'];
  return { detach: detach.map(({ drive }) => drive), remove: remove.filter((key) => key !== '') };
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

import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import { findConvertingRoute } from './converting-route.ts';
import { refuse, type RouteResult } from './route.ts';
import { useSpace, type CopiedDisk, type CopySource } from './source-disks.ts';
import { canHoldBases, isTransferable } from './storage-rules.ts';
import { keyOf, takesDisks, type StorageMap } from './storage-map.ts';

export interface RouteRequest {
  source: CopySource;
  target: string;
  /** The storage the policy names for the target node. */
  wanted?: string;
  storages: StorageMap;
  /** Also storage on which no linked clones are possible. */
  fullCloneOnly: boolean;
}

/** The cheapest way from a guest to another node that the storages allow, or the reason why there is none. */
export function findRoute(request: RouteRequest): RouteResult {
  const { wanted, target } = request;
  if (wanted === undefined) return findRouteByNames(request);
  const storage = findUsable(request, wanted);
  if (!storage) {
    return refuse(
      'STORAGE_UNAVAILABLE',
      `Storage ${wanted}, which the policy names, takes no disks on node ${target} now`,
    );
  }
  return checkBases(request, [storage]) ?? routeToStorage(request, storage);
}

/** Without a word of the policy, disks go to storages of the same names where the target has them. */
function findRouteByNames(request: RouteRequest): RouteResult {
  const { source, target } = request;
  const same = source.disks.map(({ storage }) => findUsable(request, storage.name));
  if (!same.every((storage) => storage !== undefined)) {
    return routeToAny(request, `No storage on node ${target} can take the disks of the template`);
  }
  if (!canStay(request)) return routeToAny(request, '');
  const refused = checkBases(request, same);
  if (refused) {
    const elsewhere = routeToAny(request, '');
    return 'route' in elsewhere ? elsewhere : refused;
  }
  if (isSharedThroughout(request)) return keepNames(request, 'SHARED_TARGET');
  const moves = source.disks.every((disk, index) => canMove(disk, same[index]));
  return moves ? keepNames(request, 'LOCAL_MIGRATE') : routeToAny(request, '');
}

/** The target lacks a name: the roomiest storage that a way leads to. */
function routeToAny(request: RouteRequest, message: string): RouteResult {
  const usable = request.storages.usable(request.target, request.source.kind);
  const candidates = usable.filter(({ type }) => canHoldBases(type) || request.fullCloneOnly);
  const results = candidates.map((storage) => routeToStorage(request, storage));
  const routes = results.flatMap((result) => ('route' in result ? [result.route] : []));
  const best = routes.find(({ way }) => way !== 'CONVERTING_CLONE') ?? routes[0];
  if (best) return { route: best };
  return results[0] ?? checkBases(request, usable) ?? refuse('NO_STORAGE', message);
}

/** All disks to one storage of the target. */
function routeToStorage(request: RouteRequest, storage: ObservedStorage): RouteResult {
  const { source, target } = request;
  const stays = useSpace(source.disks, { target: request.target, storage });
  const near = request.storages.find(source.node, storage.name);
  if (storage.shared && near?.active && mayNameTarget(request)) {
    const clone = { target, storage: storage.name };
    return { route: { way: 'SHARED_TARGET', clone, targetStorage: storage.name, stays, passes: [] } };
  }
  const direct = source.disks.every((disk) => canMove(disk, storage) && !disk.storage.shared);
  if (direct && !storage.shared && canStay(request)) {
    const migrate = { target, targetStorage: storage.name };
    const passes = useSpace(source.disks, { target });
    return {
      route: { way: 'LOCAL_MIGRATE_STORAGE', clone: {}, migrate, targetStorage: storage.name, stays, passes },
    };
  }
  return findConvertingRoute({ source, target, storage, storages: request.storages });
}

/** Whether a clone that names no storage is accepted: the template's own must be meant for disks, too. */
function canStay({ source }: RouteRequest): boolean {
  return source.disks.every(({ storage }) => takesDisks(storage, source.kind));
}

/** A clone may be handed to another node when every storage of the source is shared; a container's target alone counts. */
function mayNameTarget(request: RouteRequest): boolean {
  return request.source.kind === 'lxc' || isSharedThroughout(request);
}

function isSharedThroughout({ source, storages }: RouteRequest): boolean {
  const cds = source.cds.every(({ storage }) => storages.find(source.node, storage)?.shared === true);
  return cds && source.disks.every(({ storage }) => storage.shared);
}

function keepNames(
  { source, target, storages }: RouteRequest,
  way: 'SHARED_TARGET' | 'LOCAL_MIGRATE',
): RouteResult {
  const stays = source.disks.flatMap(({ storage, size }) => {
    const there = storages.find(target, storage.name);
    return there ? [{ key: keyOf(there), bytes: size, from: keyOf(storage), target }] : [];
  });
  if (way === 'SHARED_TARGET') return { route: { way, clone: { target }, stays, passes: [] } };
  const passes = useSpace(
    source.disks.filter(({ storage }) => !storage.shared),
    { target },
  );
  return { route: { way, clone: {}, migrate: { target }, stays, passes } };
}

/** A shared disk does not move at all; a local one is carried as it is. */
function canMove({ storage, format }: CopiedDisk, to: ObservedStorage | undefined): boolean {
  if (!to) return false;
  if (storage.shared && to.shared && storage.name === to.name) return true;
  return isTransferable({ from: storage.type, format, to: to.type });
}

function findUsable({ storages, target, source }: RouteRequest, name: string): ObservedStorage | undefined {
  const storage = storages.find(target, name);
  return storage && takesDisks(storage, source.kind) ? storage : undefined;
}

function checkBases(
  { fullCloneOnly }: RouteRequest,
  finals: readonly ObservedStorage[],
): RouteResult | undefined {
  const unfit = fullCloneOnly ? undefined : finals.find(({ type }) => !canHoldBases(type));
  if (!unfit) return undefined;
  const message = `Storage ${unfit.name} (${unfit.type}) cannot hold the bases of linked clones; name another one in the policy's storage, or set fullCloneOnly`;
  return refuse('STORAGE_CANNOT_HOLD_BASES', message);
}

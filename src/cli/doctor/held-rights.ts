import type { Permissions } from '../../proxmox/endpoints/access.ts';
import type { Requirement } from './requirements.ts';

/** What is held on each path that was asked for. */
export type RightsByPath = ReadonlyMap<string, Permissions>;

export interface HeldRights {
  /** Our own: of a token with privilege separation those that it and its user hold. */
  readonly ours: RightsByPath;
  /** Of the user that a token belongs to; undefined where they cannot be asked for, and without a token. */
  readonly users?: RightsByPath;
}

/** Privileges of a requirement that are not held. */
export function findMissing(
  { path, privileges, below }: Pick<Requirement, 'path' | 'privileges' | 'below'>,
  held: RightsByPath,
): string[] {
  const rights = held.get(path)?.[path] ?? {};
  return privileges.filter((privilege) => {
    const propagates = rights[privilege];
    if (propagates === undefined) return true;
    return below && !(propagates && isHeldBelow({ path, privilege }, held));
  });
}

/** Of a token's right it is not told whether its user's holds below as well: a path there tells. */
function isHeldBelow({ path, privilege }: { path: string; privilege: string }, held: RightsByPath): boolean {
  const place = pathsBelow[path];
  const rights = place === undefined ? undefined : held.get(place)?.[place];
  return rights === undefined || rights[privilege] !== undefined;
}

/** A path and those above it, from the top. */
export function listLevels(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return Array.from({ length: parts.length + 1 }, (_, depth) => `/${parts.slice(0, depth).join('/')}`);
}

/**
 * A path below another that hardly has roles of its own: what is held there comes from above. That may be more than is
 * held above: a user's role that does not hold below hides those of its groups on the path itself alone.
 */
export const pathsBelow: Readonly<Record<string, string>> = {
  '/': '/nodes',
  '/vms': '/vms/999999999',
  '/storage': '/storage/none',
  '/pool': '/pool/none',
  '/sdn/zones/localnetwork': '/sdn/zones/localnetwork/none',
};

/** Everything that a new role on a path would replace, sorted. */
export function listHeld(held: RightsByPath, path: string): string[] {
  const places = [path, pathsBelow[path] ?? path];
  return [...new Set(places.flatMap((place) => Object.keys(held.get(place)?.[place] ?? {})))].sort();
}

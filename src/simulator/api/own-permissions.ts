import type { Identity } from '../access/permissions.ts';
import { parseTokenId } from '../../names/account.ts';
import { refuseRights } from '../errors.ts';
import type { ApiCall } from './call.ts';

/** `GET /access/permissions`: what the caller (or, for administrators, somebody else) may do where. */
export function listOwnPermissions({ cluster, identity, parameters }: ApiCall): object {
  const asked = parameters.text('userid');
  const parsed = parseTokenId(asked ?? '');
  const [user, token] = [parsed?.user ?? asked, parsed?.id];
  const isOther = user !== undefined && (user !== identity.user || token !== identity.token);
  const isOwnToken = user === identity.user && identity.token === undefined;
  if (isOther && !isOwnToken && !cluster.permissions.has(identity, '/access', 'Sys.Audit'))
    throw refuseRights('/access, Sys.Audit');
  const who: Identity = isOther ? { user, ...(token === undefined ? {} : { token }) } : identity;
  const wanted = parameters.text('path');
  if (wanted !== undefined) return { [wanted]: describe(cluster, who, wanted) };
  const paths = new Set([
    '/',
    '/access',
    '/access/groups',
    '/nodes',
    '/pool',
    '/sdn',
    '/storage',
    '/vms',
    ...cluster.access.acl.flatMap((entry) => listPrefixes(entry.path)),
    // What is in a pool, but not the pool itself.
    ...[...cluster.pools.values()].flatMap((pool) => [
      ...[...pool.guests].map((vmid) => `/vms/${vmid}`),
      ...[...pool.storages].map((storage) => `/storage/${storage}`),
    ]),
  ]);
  const held = [...paths].map((path) => [path, describe(cluster, who, path)] as const);
  return Object.fromEntries(held.filter(([, privileges]) => Object.keys(privileges).length > 0));
}

/** A path with all that is above it but the root: entries stand in a tree, whose branches are paths too. */
function listPrefixes(path: string): string[] {
  const parts = path.split('/').slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function describe(cluster: ApiCall['cluster'], who: Identity, path: string): Record<string, number> {
  return Object.fromEntries(
    [...cluster.permissions.find(who, path)].map(([name, propagate]) => [name, propagate ? 1 : 0]),
  );
}

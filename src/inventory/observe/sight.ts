import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getPermissions, type Permissions } from '../../proxmox/endpoints/access.ts';
import type { ClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { toFault } from '../fault.ts';
import type { Fault } from './observation.ts';

/** A right that looking at a cluster needs; `below`: on everything below the path as well. */
interface SightRight {
  readonly path: string;
  readonly privilege: string;
  readonly below: boolean;
}

const guestRight: SightRight = { path: '/vms', privilege: 'VM.Audit', below: true };
const storageRight: SightRight = { path: '/storage', privilege: 'Datastore.Audit', below: true };
const clusterRight: SightRight = { path: '/', privilege: 'Sys.Audit', below: false };

/** What an account cannot see, though its rights and not the cluster may be why. */
export interface Sight {
  /** No guest at all is shown: nothing of this cluster is known. */
  blind?: Fault;
  /** Something else is hidden. */
  hidden?: Fault;
}

/**
 * Lists are cut to what an account may see, without a word. Where one that is never empty (or seldom) is, the account's
 * rights tell whether there is nothing, or nothing that it may see; they are asked for only then.
 */
export async function judgeSight(
  client: ProxmoxClient,
  resources: ClusterResources,
  signal?: AbortSignal,
): Promise<Sight> {
  const { nodes, guests, storages } = resources;
  if (nodes.length === 0 || (guests.length > 0 && storages.length > 0)) return {};
  try {
    const permissions = await getPermissions(client, { signal });
    return judgeRights(resources, permissions, client.clusterId);
  } catch (error) {
    const { code, message } = toFault(error, signal);
    const why = `and what it may see could not be asked for: ${message}`;
    return guests.length === 0
      ? { blind: { code, message: `${describeBlindness('guests', client.clusterId)}, ${why}` } }
      : {};
  }
}

/** The rule of `judgeSight`: what is not shown is hidden unless the right to see it is held. */
export function judgeRights(
  { guests, storages }: Pick<ClusterResources, 'guests' | 'storages'>,
  permissions: Permissions,
  clusterId: string,
): Sight {
  const missing = [guestRight, clusterRight, storageRight].filter((right) => !isHeld(right, permissions));
  const advice = `hub doctor --cluster ${clusterId} names the commands that give what is missing`;
  const tell = (what: string) =>
    `${describeBlindness(what, clusterId)}: ${missing.map(describeRight).join(', ')} missing. ${advice}`;
  if (guests.length === 0 && missing.includes(guestRight))
    return { blind: { code: 'NO_GUESTS_VISIBLE', message: tell('guests') } };
  if (storages.length === 0 && missing.includes(storageRight))
    return { hidden: { code: 'NO_STORAGES_VISIBLE', message: tell('storages') } };
  return {};
}

function isHeld({ path, privilege, below }: SightRight, permissions: Permissions): boolean {
  const propagates = permissions[path]?.[privilege];
  return propagates !== undefined && (propagates || !below);
}

function describeBlindness(what: string, clusterId: string): string {
  return `The account sees no ${what} on cluster ${clusterId}`;
}

function describeRight({ path, privilege, below }: SightRight): string {
  return `${privilege} on ${path}${below ? ' and below' : ''}`;
}

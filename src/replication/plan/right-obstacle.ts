import type { ClusterFacts } from '../../inventory/observe/cluster-facts.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import type { Reason } from './reason.ts';

const right = 'VM.Allocate';

/**
 * Why the account may make no guest, wherever and of whatever: it needs the right to on all guests, or, where the policy
 * names a pool, in that. Undefined when its rights could not be read. Pure.
 */
export function findRightObstacle(
  { permissions, isRoot }: Pick<ClusterFacts, 'permissions' | 'isRoot'>,
  { pool, vmidRange }: Pick<ReplicationPolicy, 'pool' | 'vmidRange'>,
): Reason | undefined {
  if (isRoot || permissions === undefined) return undefined;
  const paths = ['/vms', ...(pool === undefined ? [] : [`/pool/${pool}`])];
  const isHeld = paths.some((path) => permissions[path]?.[right] !== undefined);
  // Rights on single ids that replicas may have: Proxmox knows better than we do.
  const isPartly = vmidRange !== undefined && hasIdRight(permissions, vmidRange);
  if (isHeld || isPartly) return undefined;
  const where = paths.toReversed().join(' and on ');
  const otherwise = pool === undefined ? ', or name a pool in the policy in which it has that right' : '';
  const message = `The account may make no guests: ${right} is missing on ${where}; give it that right (hub doctor has the command)${otherwise}`;
  return { code: 'RIGHT_MISSING', message };
}

function hasIdRight(
  permissions: NonNullable<ClusterFacts['permissions']>,
  { first, last }: { first: number; last: number },
): boolean {
  return Object.entries(permissions).some(([path, held]) => {
    const vmid = Number(/^\/vms\/(\d+)$/.exec(path)?.[1]);
    return vmid >= first && vmid <= last && held[right] !== undefined;
  });
}

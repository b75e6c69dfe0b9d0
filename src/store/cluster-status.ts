import type { ClusterStatus } from '../../prisma/generated/sqlite/enums.ts';

/** Whether a cluster of this status answered its last scan. Pure. */
export function isReached(status: ClusterStatus): boolean {
  return status === 'ONLINE' || status === 'DEGRADED';
}

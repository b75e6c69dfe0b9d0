import type { ClusterStatus } from '../../../prisma/generated/sqlite/enums.ts';
import type { ClusterObservation } from '../observe/observation.ts';

/** What a status follows from. */
type Seen = Pick<ClusterObservation, 'reachable' | 'fault' | 'quorate' | 'nodes'>;

/**
 * What a scan says of its cluster. DEGRADED: it answers, but a part of it was not seen, it has no quorum, or a node of
 * it does not take part. Pure.
 */
export function judgeScan({ reachable, fault, quorate, nodes }: Seen): ClusterStatus {
  if (!reachable) return 'UNREACHABLE';
  const isWhole = nodes.every(({ state }) => state === 'ONLINE');
  return fault === undefined && quorate !== false && isWhole ? 'ONLINE' : 'DEGRADED';
}

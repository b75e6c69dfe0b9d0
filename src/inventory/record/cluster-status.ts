import type { ClusterStatus, HubEventKind } from '../../../prisma/generated/sqlite/enums.ts';
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

/** What the last scan of a cluster left behind. */
export interface ClusterState {
  readonly status: ClusterStatus;
  /** Why it was not reached, or not wholly. */
  readonly code: string | null;
}

/** What webhooks are told when the state of a cluster is another than before; each trouble once. Pure. */
export function findClusterEvent(
  before: ClusterState | undefined,
  after: ClusterState,
): HubEventKind | undefined {
  const [known, trouble] = [before && nameTrouble(before), nameTrouble(after)];
  if (trouble !== undefined) return trouble === known ? undefined : trouble;
  return known === undefined ? undefined : 'CLUSTER_RETURNED';
}

function nameTrouble({ status, code }: ClusterState): HubEventKind | undefined {
  if (status !== 'UNREACHABLE') return undefined;
  if (code === 'TLS_UNTRUSTED') return 'CLUSTER_CERTIFICATE_CHANGED';
  return code === 'UNAUTHENTICATED' ? 'CLUSTER_LOGIN_REFUSED' : 'CLUSTER_UNREACHABLE';
}

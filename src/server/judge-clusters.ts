import type { ClusterFacts } from './metrics/store-facts.ts';

/** `degraded`: requests are served, but of some cluster the answers may be old. */
export type Judgement = 'ok' | 'degraded';

/** So many scans may be left out before a cluster's rows are called old. */
const missedScans = 3;

/** Judges by what came of the last scans and how long ago they were. Pure. */
export function judgeClusters(
  clusters: readonly ClusterFacts[],
  { now, scanInterval }: { now: number; scanInterval: number },
): Judgement {
  const isOld = ({ lastScanAt }: ClusterFacts) =>
    scanInterval > 0 && lastScanAt !== null && now - lastScanAt.getTime() > missedScans * scanInterval;
  return clusters.every((cluster) => cluster.status === 'ONLINE' && !isOld(cluster)) ? 'ok' : 'degraded';
}

import type { ProxmoxClient } from '../proxmox/client.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { toFault } from './fault.ts';
import { readKnownTemplates } from './observe/known-templates.ts';
import type { ClusterObservation, Fault } from './observe/observation.ts';
import { observeCluster } from './observe/observe.ts';
import { recordObservation, type RecordSummary } from './record/record.ts';
import type { TemplateCache } from './observe/template-cache.ts';

/** A cluster to be scanned. */
export interface ScannedCluster {
  id: string;
  name: string;
  host: string;
  port?: number;
  client: ProxmoxClient;
  /** Kept from scan to scan. */
  cache: TemplateCache;
}

export interface ScanOptions {
  store: Store;
  clock: Clock;
  maxAgeMs?: number;
  signal?: AbortSignal;
}

/** What came of one cluster's scan. `fault` without a summary: not even its failure could be recorded. */
export interface ScanResult {
  clusterId: string;
  observation?: ClusterObservation;
  summary?: RecordSummary;
  fault?: Fault;
}

/** Observes a cluster and writes what was seen. */
export async function scanCluster(
  { id, name, host, port, client, cache }: ScannedCluster,
  { store, clock, maxAgeMs, signal }: ScanOptions,
): Promise<{ observation: ClusterObservation; summary: RecordSummary }> {
  const known = await readKnownTemplates(store.prisma, { id, host });
  const observation = await observeCluster({ client, clusterId: id, known, cache, clock, maxAgeMs, signal });
  const summary = await recordObservation(store, observation, { name, host, port, now: clock.now() });
  return { observation, summary };
}

/** Scans clusters side by side; what goes wrong with one stops no other. Rejects only when it is aborted. */
export function scanClusters(
  clusters: readonly ScannedCluster[],
  options: ScanOptions,
): Promise<ScanResult[]> {
  return Promise.all(
    clusters.map(async (cluster): Promise<ScanResult> => {
      try {
        const { observation, summary } = await scanCluster(cluster, options);
        return { clusterId: cluster.id, observation, summary, fault: observation.fault };
      } catch (error) {
        return { clusterId: cluster.id, fault: toFault(error, options.signal) };
      }
    }),
  );
}

import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../../log/logger.ts';
import { isReached } from '../../store/cluster-status.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { readStoreFacts, type Figure, type StoreFacts } from './store-facts.ts';

export interface StoreMetricsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly registry: Registry;
}

/** Gauges of what the store holds. `refresh` reads them anew; while the store is away they are absent. */
export function createStoreMetrics({ store, clock, logger, registry }: StoreMetricsOptions) {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `template_hub_${name}`, help, labelNames, registers: [registry] });
  const storeUp = gauge('store_up', '1 while the database answers.');
  const up = gauge('cluster_up', '1 when the cluster answered its last scan.', ['cluster']);
  const status = gauge('cluster_status', '1 for what came of the last scan of the cluster.', [
    'cluster',
    'status',
  ]);
  const paused = gauge('cluster_paused', '1 while replication is held.', ['cluster']);
  const age = gauge('scan_age_seconds', 'Time since the last scan that reached the cluster.', ['cluster']);
  const took = gauge('scan_duration_seconds', 'What the last scan that reached the cluster took.', [
    'cluster',
  ]);
  const templates = gauge('templates', 'Templates by state.', ['cluster', 'state', 'replica']);
  const runs = gauge('runs', 'Runs by kind and by outcome, or status before there is one.', [
    'cluster',
    'kind',
    'state',
  ]);
  const steps = gauge('steps', 'Steps of runs by phase.', ['cluster', 'phase']);
  const copied = gauge('copied_bytes', 'Bytes that all runs together have copied.', ['cluster']);
  const leases = gauge('leases', 'Leases that are held, by any server on this database.');
  const webhooks = gauge('webhook_deliveries', 'Deliveries that wait, and that were given up.', ['state']);
  const all = [up, status, paused, age, took, templates, runs, steps, copied, leases, webhooks];

  const fill = (facts: StoreFacts) => {
    for (const cluster of facts.clusters) {
      const { id, lastScanAt, lastScanStartedAt } = cluster;
      up.set({ cluster: id }, Number(isReached(cluster.status)));
      status.set({ cluster: id, status: cluster.status }, 1);
      paused.set({ cluster: id }, Number(cluster.paused));
      if (lastScanAt === null) continue;
      age.set({ cluster: id }, (clock.now() - lastScanAt.getTime()) / 1000);
      const seconds = (lastScanAt.getTime() - (lastScanStartedAt ?? lastScanAt).getTime()) / 1000;
      // A scan that is under way, or failed, has begun after the last good one ended.
      if (seconds >= 0) took.set({ cluster: id }, seconds);
    }
    setAll(templates, facts.templates);
    setAll(runs, facts.runs);
    setAll(steps, facts.steps);
    setAll(copied, facts.copied);
    setAll(webhooks, facts.webhooks);
    leases.set(facts.leases);
  };

  return {
    refresh: async (): Promise<void> => {
      for (const one of all) one.reset();
      try {
        fill(await readStoreFacts(store, clock.now()));
        storeUp.set(1);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        storeUp.set(0);
        logger.warn({ reason: error.message }, 'Metrics of the store cannot be read');
      }
    },
  };
}

function setAll(gauge: Gauge, figures: readonly Figure[]): void {
  for (const { labels, value } of figures) gauge.set({ ...labels }, value);
}

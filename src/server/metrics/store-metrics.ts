import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../../log/logger.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { createPlacementCounter } from './count-placements.ts';
import { readStoreFacts } from './store-facts.ts';
import { storeGauges } from './store-gauges.ts';

export interface StoreMetricsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly registry: Registry;
}

/** Gauges of what the store holds. `refresh` reads them anew; while the store is away they are absent. */
export function createStoreMetrics({ store, clock, logger, registry }: StoreMetricsOptions) {
  const make = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name: `template_hub_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const storeUp = make('store_up', '1 while the database answers.', []);
  const gauges = storeGauges.map(({ name, help, labels, read }) => ({
    gauge: make(name, help, labels),
    read,
  }));
  const countPlacements = createPlacementCounter({ store, clock });

  const fill = async () => {
    const now = clock.now();
    const facts = { ...(await readStoreFacts(store, now)), placements: await countPlacements() };
    for (const { gauge, read } of gauges)
      for (const { labels, value } of read(facts, now)) gauge.set({ ...labels }, value);
  };

  return {
    refresh: async (): Promise<void> => {
      for (const { gauge } of gauges) gauge.reset();
      try {
        await fill();
        storeUp.set(1);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        storeUp.set(0);
        logger.warn({ reason: error.message }, 'Metrics of the store cannot be read');
      }
    },
  };
}

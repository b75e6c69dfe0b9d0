import type { Engine, EngineCluster } from '../engine.ts';
import type { Lease } from '../lease.ts';
import type { ProgressBook } from '../progress/progress-book.ts';
import type { StepContext } from '../step/context.ts';
import type { Journal } from '../step/journal.ts';

/** What the work on one cluster's runs needs, while we hold its lease. */
export interface RunContext {
  engine: Engine;
  cluster: EngineCluster;
  lease: Lease;
  journal: Journal;
  progress: ProgressBook;
  /** Aborted when this server stops or has lost the lease. */
  signal: AbortSignal;
}

export function toStepContext({
  engine,
  cluster,
  lease,
  journal,
  progress,
  signal,
}: RunContext): StepContext {
  const { store, clock, random, logger, step: settings, extensionOf: extensions } = engine;
  return {
    client: cluster.client,
    store,
    journal,
    progress,
    lease,
    clock,
    random,
    logger,
    settings,
    extensions,
    signal,
  };
}

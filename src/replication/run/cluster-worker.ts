import { computePause } from '../../time/back-off.ts';
import type { Engine, EngineCluster } from '../engine.ts';
import { acquireLease, nameLease, type Lease } from '../lease.ts';
import type { RunRow } from '../rows.ts';
import { createProgressBook } from '../progress/progress-book.ts';
import { createJournal } from '../step/journal.ts';
import { requestIfDue } from './due-run.ts';
import { executeRun } from './execute-run.ts';
import { keepLease } from './heart-beat.ts';
import { findNextRun } from './next-run.ts';

/**
 * Works on one cluster's runs until `signal` is aborted: one run at a time, begun or adopted, as long as no other server
 * holds the cluster's lease. A fault of the store ends nothing: what was begun is adopted after a pause.
 */
export async function workOnCluster(
  engine: Engine,
  cluster: EngineCluster,
  signal: AbortSignal,
): Promise<void> {
  const { intervals, logger, random, step } = engine;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await requestIfDue(engine, cluster, signal);
      const worked = await workOnce(engine, cluster, signal);
      failures = 0;
      if (!worked) await cluster.bell.wait(intervals.pollMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const pause = computePause(failures, step.backOff, random);
      logger.error(
        { err: error, clusterId: cluster.id, pause },
        'work on the cluster broke off and is taken up again',
      );
      await engine.clock.sleep(pause, signal).catch(() => undefined);
    }
  }
}

/** One run, if there is one and its cluster is free; false when there was nothing to do. */
async function workOnce(engine: Engine, cluster: EngineCluster, signal: AbortSignal): Promise<boolean> {
  if ((await findNextRun(engine, cluster)) === undefined) return false;
  const { store, clock, owner, intervals } = engine;
  const name = nameLease(cluster.id);
  const lease = await acquireLease({ store, clock, name, owner, leaseMs: intervals.leaseMs });
  if (lease === undefined) return false;
  try {
    // Only who holds the lease knows what is left to do: the other server may just have finished it.
    const run = await findNextRun(engine, cluster);
    if (run !== undefined) await serve(engine, cluster, { lease, run, signal });
    return run !== undefined;
  } finally {
    await lease.release();
  }
}

async function serve(
  engine: Engine,
  cluster: EngineCluster,
  { lease, run, signal }: { lease: Lease; run: RunRow; signal: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const work = AbortSignal.any([signal, over.signal]);
  const journal = createJournal({ store: engine.store, lease, events: engine.events });
  const progress = createProgressBook({ journal, clock: engine.clock });
  const beating = keepLease(engine, { lease, signal: work, onLost: (error) => over.abort(error) });
  try {
    await executeRun({ engine, cluster, lease, journal, progress, signal: work }, run);
  } finally {
    over.abort(new Error('the run is over'));
    await beating;
  }
}

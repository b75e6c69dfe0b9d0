import type { Engine } from '../engine.ts';
import type { RunRow } from '../rows.ts';
import { getRun } from './cancel.ts';

export interface WaitOptions {
  signal?: AbortSignal;
}

/** Resolves when no run is queued or running, leaving out what waits on a paused cluster. */
export function waitUntilSettled(engine: Engine, { signal }: WaitOptions = {}): Promise<void> {
  return waitFor(engine, signal, async () => {
    const runs = await engine.store.prisma.replicationRun.findMany({
      where: { status: { in: ['QUEUED', 'RUNNING'] } },
      select: { clusterId: true, status: true, cluster: { select: { paused: true } } },
    });
    const open = runs.filter(({ clusterId, status, cluster }) => {
      return engine.clusters.has(clusterId) && (status === 'RUNNING' || !cluster.paused);
    });
    return open.length === 0 ? true : undefined;
  }).then(() => undefined);
}

/** Resolves with the run when it has finished. @throws ReplicationError RUN_NOT_FOUND */
export function waitForRun(engine: Engine, runId: number, { signal }: WaitOptions = {}): Promise<RunRow> {
  return waitFor(engine, signal, async () => {
    const run = await getRun(engine, runId);
    return run.status === 'FINISHED' ? run : undefined;
  });
}

/** Asks again whenever a run changes in this process, and now and then because of other servers. */
async function waitFor<Result>(
  { events, clock, intervals }: Engine,
  signal: AbortSignal | undefined,
  ask: () => Promise<Result | undefined>,
): Promise<Result> {
  let changed = new AbortController();
  const off = events.on('run', () => changed.abort());
  try {
    for (;;) {
      changed = new AbortController();
      const answer = await ask();
      if (answer !== undefined) return answer;
      const wake = signal === undefined ? changed.signal : AbortSignal.any([signal, changed.signal]);
      await clock.sleep(intervals.pollMs, wake).catch(() => undefined);
      signal?.throwIfAborted();
    }
  } finally {
    off();
  }
}

import type { RunRow } from '../rows.ts';
import type { RunContext } from './context.ts';

/**
 * Calls `onCancel` once the run's row says that it is to be cancelled, whichever server wrote that. Returns the function
 * that ends the watching.
 */
export function watchCancellation(context: RunContext, run: RunRow, onCancel: () => void): () => void {
  const { engine, cluster } = context;
  if (run.cancelRequestedAt !== null) {
    onCancel();
    return () => undefined;
  }
  const over = new AbortController();
  const stopListening = engine.events.on('run', (row) => {
    if (row.id === run.id && row.cancelRequestedAt !== null) notice();
  });
  const signal = AbortSignal.any([context.signal, over.signal]);
  void poll().catch((error: unknown) => {
    if (!signal.aborted)
      engine.logger.error({ err: error, runId: run.id }, 'watching for cancellation broke off');
  });
  return end;

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      await engine.clock.sleep(engine.intervals.pollMs, signal);
      const row = await engine.store.prisma.replicationRun.findUnique({ where: { id: run.id } });
      if (row?.cancelRequestedAt) notice();
    }
  }

  function notice(): void {
    onCancel();
    cluster.bell.ring();
    end();
  }

  function end(): void {
    stopListening();
    over.abort();
  }
}

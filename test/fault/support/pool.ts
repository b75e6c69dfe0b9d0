import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RunReport } from './execute-run.ts';
import type { PlannedRun } from './plan-runs.ts';

const program = join(import.meta.dirname, '..', 'pool-worker.ts');

/** Executes runs in `workers` processes and tells of each as it ends. */
export async function executeInPool(
  runs: readonly PlannedRun[],
  { workers, onReport }: { workers: number; onReport: (run: PlannedRun, report: RunReport) => void },
): Promise<void> {
  const queue = [...runs];
  await Promise.all(
    Array.from({ length: Math.min(workers, runs.length) }, async () => {
      const worker = fork(program);
      const death = once(worker, 'exit').then(() => {
        throw new Error('a worker of the pool ended in the middle of a run');
      });
      death.catch(() => undefined);
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
        onReport(run, await Promise.race([execute(worker, run), death]));
      }
      worker.disconnect();
    }),
  );
}

function execute(worker: ChildProcess, run: PlannedRun): Promise<RunReport> {
  return new Promise((resolve) => {
    worker.once('message', (report: RunReport) => resolve(report));
    worker.send(run);
  });
}

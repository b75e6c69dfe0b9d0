import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { emptyBooks } from './books.ts';
import type { RunReport } from './execute-run.ts';
import type { PlannedRun } from './plan-runs.ts';

const program = join(import.meta.dirname, '..', 'pool-worker.ts');

/** Real time after which a run is given up. */
const mostMinutes = 5;

/** Executes runs in `workers` processes and tells of each as it ends. */
export async function executeInPool(
  runs: readonly PlannedRun[],
  { workers, onReport }: { workers: number; onReport: (run: PlannedRun, report: RunReport) => void },
): Promise<void> {
  const queue = [...runs];
  await Promise.all(
    Array.from({ length: Math.min(workers, runs.length) }, async () => {
      let worker = fork(program);
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
        const report = await execute(worker, run);
        onReport(run, report);
        if (worker.connected && report.error === undefined) continue;
        worker.kill('SIGKILL');
        worker = fork(program);
      }
      worker.kill();
    }),
  );
}

/** A worker that ends or says nothing is a failure of its run, and is replaced. */
async function execute(worker: ChildProcess, run: PlannedRun): Promise<RunReport> {
  const over = new AbortController();
  const { signal } = over;
  try {
    worker.send(run);
    return await Promise.race([
      once(worker, 'message', { signal }).then(([report]) => report),
      once(worker, 'exit', { signal }).then(() => fail('the worker ended')),
      once(AbortSignal.timeout(mostMinutes * 60_000), 'abort', { signal }).then(() =>
        fail(`it had no end after ${mostMinutes} minutes`),
      ),
    ]);
  } finally {
    over.abort();
  }
}

function fail(error: string): RunReport {
  return { books: emptyBooks(), clean: false, repeated: 0, troubles: [], passes: 0, died: [], error };
}

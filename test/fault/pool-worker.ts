/** A process that executes planned runs for `main.ts`, one after the other. */
import { executePlannedRun } from './support/execute-run.ts';
import type { PlannedRun } from './support/plan-runs.ts';

process.on('message', (run: PlannedRun) => {
  void executePlannedRun(run).then((report) => process.send?.(report));
});

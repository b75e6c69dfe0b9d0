import type { HubApi } from './api/hub-api.ts';
import { CommandFailed } from './cli-error.ts';
import type { ProgressView } from './progress/progress-view.ts';
import { findRun, type WholeRunShown } from './runs.ts';
import type { Surroundings } from './surroundings.ts';

/** Between two looks at a run, milliseconds. */
const lookInterval = 500;

/**
 * Shows runs until all of them have finished, whichever process does the work; ends early when the command is asked to
 * end, and the runs go on then.
 */
export async function watchRuns(
  api: HubApi,
  runIds: readonly number[],
  { view, surroundings }: { view: ProgressView; surroundings: Surroundings },
): Promise<WholeRunShown[]> {
  for (;;) {
    const runs = await Promise.all(runIds.map((runId) => readRun(api, runId)));
    for (const step of runs.flatMap((run) => run.steps)) view.show({ ...step, id: step.databaseId });
    const isFinished = runs.every((run) => run.status === 'FINISHED');
    if (isFinished || surroundings.signal.aborted) return runs;
    await rest(surroundings);
  }
}

async function readRun(api: HubApi, runId: number): Promise<WholeRunShown> {
  const run = await findRun(api, runId);
  if (!run) throw new CommandFailed('RUN_NOT_FOUND', `there is no run ${runId}`);
  return run;
}

/** Sleeps until the next look, or until the command is asked to end. */
async function rest({ clock, signal }: Surroundings): Promise<void> {
  try {
    await clock.sleep(lookInterval, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

import type { HubApi } from './api/hub-api.ts';
import { CommandFailed } from './cli-error.ts';
import type { ProgressView } from './progress/progress-view.ts';
import { findRun, type WholeRunShown } from './runs.ts';
import type { Surroundings } from './surroundings.ts';

/** Between two looks at a run, milliseconds: short runs are over soon, long ones are looked at less often. */
const lookInterval = { first: 100, last: 500 };

/** What watching came to. */
export interface Watched {
  /** As they were seen last. */
  readonly runs: readonly WholeRunShown[];
  /** They have finished; the command was asked to end; or the time was over. */
  readonly end: 'FINISHED' | 'INTERRUPTED' | 'TIMEOUT';
}

interface Watching {
  readonly view: ProgressView;
  readonly surroundings: Surroundings;
  /** How long to watch at most, milliseconds. */
  readonly timeout?: number;
}

/**
 * Shows runs until all of them have finished, whichever process does the work, and says at once what holds one. When the
 * command is asked to end, or the time is over, the runs go on.
 */
export async function watchRuns(
  api: HubApi,
  runIds: readonly number[],
  { view, surroundings, timeout }: Watching,
): Promise<Watched> {
  const { clock, signal } = surroundings;
  const deadline = timeout === undefined ? undefined : clock.now() + timeout;
  const holds = new Map<number, string>();
  let runs: WholeRunShown[] = [];
  let interval = lookInterval.first;
  while (!signal.aborted) {
    const seen = await readRuns(api, runIds, signal);
    if (!seen) break;
    runs = seen;
    showRuns(runs, view, holds);
    if (runs.every((run) => run.status === 'FINISHED')) return { runs, end: 'FINISHED' };
    const left = deadline === undefined ? interval : deadline - clock.now();
    if (left <= 0) return { runs, end: 'TIMEOUT' };
    await rest(Math.min(left, interval), surroundings);
    interval = Math.min(interval * 1.5, lookInterval.last);
  }
  return { runs, end: 'INTERRUPTED' };
}

/** Undefined when the command was asked to end meanwhile. */
async function readRuns(
  api: HubApi,
  runIds: readonly number[],
  signal: AbortSignal,
): Promise<WholeRunShown[] | undefined> {
  try {
    return await Promise.all(runIds.map((runId) => readRun(api, runId)));
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function readRun(api: HubApi, runId: number): Promise<WholeRunShown> {
  const run = await findRun(api, runId);
  if (!run) throw new CommandFailed('RUN_NOT_FOUND', `There is no run ${runId}. See: hub replicate status`);
  return run;
}

function showRuns(runs: readonly WholeRunShown[], view: ProgressView, holds: Map<number, string>): void {
  for (const run of runs) {
    for (const step of run.steps) view.show({ ...step, id: step.databaseId });
    const message = run.waitingFor?.message ?? '';
    if (message !== '' && holds.get(run.databaseId) !== message)
      view.say(`run ${run.databaseId} waits: ${message}`);
    holds.set(run.databaseId, message);
  }
}

/** Sleeps until the next look, or until the command is asked to end. */
async function rest(ms: number, { clock, signal }: Surroundings): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

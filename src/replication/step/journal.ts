import type { Prisma } from '../../../prisma/generated/sqlite/client.ts';
import type { Database } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import type { ReplicationEvents } from '../events.ts';
import type { Lease } from '../lease.ts';
import { isFinal } from '../phases.ts';
import { recount } from '../progress/count-steps.ts';
import type { RunRow, StepRow } from '../rows.ts';

export type StepChange = Prisma.ReplicationStepUncheckedUpdateInput;
export type RunChange = Prisma.ReplicationRunUncheckedUpdateInput;

/** How far the copy of a step under way is. */
export interface ProgressEntry {
  id: number;
  runId: number;
  bytesDone: bigint;
  bytesPerSecond: number | null;
  progressAt: Date;
}

/** Writes steps and runs while we hold the lease, and tells the listeners. A lost lease fails every write. */
export interface Journal {
  /**
   * One write of a step, in one transaction with `also` where given, and with the counts of its run where they change.
   * @throws LeaseLostError
   */
  writeStep(
    step: Pick<StepRow, 'id'>,
    change: StepChange,
    also?: (database: Database, step: StepRow) => Promise<void>,
  ): Promise<StepRow>;
  writeRun(
    run: Pick<RunRow, 'id'>,
    change: RunChange,
    also?: (database: Database, run: RunRow) => Promise<void>,
  ): Promise<RunRow>;
  /** How far copies are, and what their runs come to by it, in one transaction. */
  writeProgress(entries: readonly ProgressEntry[]): Promise<void>;
  /** Any other short transaction under the lease. */
  transaction<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
}

export function createJournal(options: { store: Store; lease: Lease; events: ReplicationEvents }): Journal {
  const { store, lease, events } = options;
  const transaction = <Result>(work: (database: Database) => Promise<Result>) =>
    store.transaction(async (database) => {
      await lease.guard(database);
      return work(database);
    });
  return {
    transaction,
    writeStep: async ({ id }, data, also) => {
      const { step, run } = await transaction(async (database) => {
        const change = endsCopy(data) ? { ...data, bytesPerSecond: null, progressAt: null } : data;
        const written = await database.replicationStep.update({ where: { id }, data: change });
        await also?.(database, written);
        return { step: written, run: counts(data) ? await recount(database, written.runId) : undefined };
      });
      events.emit('step', step);
      if (run !== undefined) events.emit('run', run);
      return step;
    },
    writeRun: async ({ id }, data, also) => {
      const run = await transaction(async (database) => {
        const written = await database.replicationRun.update({ where: { id }, data });
        await also?.(database, written);
        return written;
      });
      events.emit('run', run);
      return run;
    },
    writeProgress: async (entries) => {
      const { steps, runs } = await transaction((database) => writeProgress(database, entries));
      for (const step of steps) events.emit('step', step);
      for (const run of runs) events.emit('run', run);
    },
  };
}

/** Another phase or another task: what was copied until now has no pace any more. */
function endsCopy({ phase, upid }: StepChange): boolean {
  return phase !== undefined || upid !== undefined;
}

/** Whether a change of a step changes what its run comes to. */
function counts({ phase, bytesDone, bytesTotal }: StepChange): boolean {
  const ended = typeof phase === 'string' && isFinal({ phase });
  return ended || bytesDone !== undefined || bytesTotal !== undefined;
}

async function writeProgress(
  database: Database,
  entries: readonly ProgressEntry[],
): Promise<{ steps: StepRow[]; runs: RunRow[] }> {
  const steps: StepRow[] = [];
  for (const { id, runId: _runId, ...data } of entries)
    steps.push(await database.replicationStep.update({ where: { id }, data }));
  const runs: RunRow[] = [];
  const progressAt = entries.map((entry) => entry.progressAt).reduce((a, b) => (a > b ? a : b));
  for (const runId of new Set(entries.map((entry) => entry.runId)))
    runs.push(await recount(database, runId, progressAt));
  return { steps, runs };
}

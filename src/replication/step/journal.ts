import type { Prisma } from '../../../prisma/generated/sqlite/client.ts';
import type { Database, Store } from '../../store/store.ts';
import type { ReplicationEvents } from '../events.ts';
import type { Lease } from '../lease.ts';
import type { RunRow, StepRow } from '../rows.ts';

export type StepChange = Prisma.ReplicationStepUncheckedUpdateInput;
export type RunChange = Prisma.ReplicationRunUncheckedUpdateInput;

/** Writes steps and runs while we hold the lease, and tells the listeners. A lost lease fails every write. */
export interface Journal {
  /** One write of a step, in one transaction with `also` where given. @throws LeaseLostError */
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
      const step = await transaction(async (database) => {
        const written = await database.replicationStep.update({ where: { id }, data });
        await also?.(database, written);
        return written;
      });
      events.emit('step', step);
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
  };
}

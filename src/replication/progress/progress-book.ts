import type { Clock } from '../../time/clock.ts';
import type { StepRow } from '../rows.ts';
import type { Journal, ProgressEntry } from '../step/journal.ts';

/** Between two writes of a cluster's progress, milliseconds. */
const writeEveryMs = 1_000;

/** How far the steps under way on a cluster are: written all together, at most once a second. */
export interface ProgressBook {
  /** Notes how far a step is: it is written now, or with the next note of any step. */
  note(step: Pick<StepRow, 'id' | 'runId'>, progress: Omit<ProgressEntry, 'id' | 'runId'>): void;
  /** Drops what is not written of a step whose row is about to be written, and waits for what is. @throws what a write threw */
  close(step: Pick<StepRow, 'id'>): Promise<void>;
}

export function createProgressBook({ journal, clock }: { journal: Journal; clock: Clock }): ProgressBook {
  const open = new Map<number, ProgressEntry>();
  let writtenAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | undefined;
  let failed: { error: unknown } | undefined;

  async function write(): Promise<void> {
    const entries = [...open.values()];
    open.clear();
    writtenAt = clock.now();
    try {
      await journal.writeProgress(entries);
    } catch (error) {
      failed = { error };
    } finally {
      writing = undefined;
    }
  }

  return {
    note: ({ id, runId }, progress) => {
      open.set(id, { id, runId, ...progress });
      const isDue = clock.now() - writtenAt >= writeEveryMs;
      if (isDue && writing === undefined && failed === undefined) writing = write();
    },
    close: async ({ id }) => {
      open.delete(id);
      await writing;
      if (failed !== undefined) throw failed.error;
    },
  };
}

import type { TaskProgress } from '../../proxmox/wait-for-task.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { readMakeState } from './state.ts';

/** Between two writes of one step's progress, milliseconds. */
const writeEveryMs = 1_000;

export interface ProgressWriter {
  /** Notes what the task's log said; written now and then. */
  report(progress: TaskProgress): void;
  /** Waits for a write that is under way. @throws what the write threw */
  flush(): Promise<void>;
}

/**
 * Turns a task's progress, which is about one disk, into the step's: bytes of the disks before it, of the copies before
 * this one, and its own.
 */
export function createProgressWriter(context: StepContext, step: StepRow): ProgressWriter {
  const base = step.phase === 'MIGRATING' ? copySize(step) : 0n;
  const disks = createDiskSum();
  let writtenAt = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let failed: { error: unknown } | undefined;
  return {
    report: (seen) => {
      const bytes = base + BigInt(disks.add(seen));
      if (failed !== undefined || context.clock.now() - writtenAt < writeEveryMs) return;
      writtenAt = context.clock.now();
      writing = writing
        .then(() => context.journal.writeStep(step, toChange(bytes, step.bytesTotal)))
        .catch((error: unknown) => {
          failed = { error };
        });
    },
    flush: async () => {
      await writing;
      if (failed !== undefined) throw failed.error;
    },
  };
}

/** Bytes and percent of a step; 100 is reached only by being DONE. */
function toChange(bytes: bigint, total: bigint): { bytesDone: bigint; percent: number } {
  const done = bytes > total ? total : bytes;
  const percent = total === 0n ? 0 : Math.min(99, Number((done * 10_000n) / total) / 100);
  return { bytesDone: done, percent };
}

/** The bytes of one copy: a guest that is cloned on one node and migrated to another is copied twice. */
export function copySize(step: StepRow): bigint {
  return step.bytesTotal / countCopies({ ...step, cloneTarget: readMakeState(step).recipe.cloneTarget });
}

/** How often a guest's bytes are copied until it is in place. */
export function countCopies({ copyNode, sourceNode, targetNode, cloneTarget }: Journey): bigint {
  const from = copyNode ?? sourceNode ?? targetNode;
  return cloneTarget || from === targetNode ? 1n : 2n;
}

interface Journey {
  copyNode?: string | null;
  sourceNode?: string | null;
  targetNode: string;
  cloneTarget: boolean;
}

/** Adds up disks that are copied one after the other: less than before means that another one began. */
function createDiskSum(): { add(seen: TaskProgress): number } {
  let before = 0;
  let last = { transferred: 0, total: 0 };
  return {
    add: ({ transferred, total }) => {
      if (transferred < last.transferred || total !== last.total) before += last.total;
      last = { transferred, total };
      return Math.round(before + transferred);
    },
  };
}

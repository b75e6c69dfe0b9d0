import type { TaskProgress } from '../../proxmox/tasks/wait-for-task.ts';

type Seen = Pick<TaskProgress, 'transferred' | 'total'>;

/** Adds up disks that are copied one after the other. */
export interface CopySum {
  /** Bytes of the whole copy, with what the log just said about one disk. */
  add(seen: Seen): number;
}

/** A sum for one task's log, from its first line on: less than before means that another disk began. */
export function createCopySum(): CopySum {
  let before = 0;
  let last: Seen = { transferred: 0 };
  return {
    add: (seen) => {
      if (isAnother(seen, last)) before += last.total ?? last.transferred;
      last = seen;
      return before + seen.transferred;
    },
  };
}

function isAnother(seen: Seen, last: Seen): boolean {
  const otherSize = seen.total !== undefined && last.total !== undefined && seen.total !== last.total;
  return otherSize || seen.transferred < last.transferred;
}

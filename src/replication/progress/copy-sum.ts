import type { TaskProgress } from '../../proxmox/wait-for-task.ts';

/** Adds up disks that are copied one after the other. */
export interface CopySum {
  /** Bytes of the whole copy, with what the log just said about one disk. */
  add(seen: Pick<TaskProgress, 'transferred' | 'total'>): number;
}

/** A sum for one task's log, from its first line on: less than before means that another disk began. */
export function createCopySum(): CopySum {
  let before = 0;
  let last = { transferred: 0, total: 0 };
  return {
    add: ({ transferred, total }) => {
      if (transferred < last.transferred || total !== last.total) before += last.total;
      last = { transferred, total };
      return before + transferred;
    },
  };
}

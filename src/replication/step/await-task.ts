import { waitForTask, type TaskProgress, type TaskResult } from '../../proxmox/tasks/wait-for-task.ts';
import { countDone } from '../progress/copies.ts';
import { createCopySum } from '../progress/copy-sum.ts';
import { createPace } from '../progress/pace.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';

/** Waits for the step's task to its end, keeping the row's progress up to date. The result may be `unknown`. */
export async function awaitTask(context: StepContext, step: StepRow, upid: string): Promise<TaskResult> {
  const { client, progress, signal } = context;
  const onProgress = createListener(context, step);
  const onSilence = (reason: string) =>
    context.logger.warn({ stepId: step.id, upid }, `the node of the task does not answer: ${reason}`);
  try {
    return await waitForTask(client, { upid, signal, onProgress, onSilence });
  } finally {
    await progress.close(step);
  }
}

/** Turns what the log says about one disk into what is done of the guest, and how fast. */
function createListener({ progress, clock }: StepContext, step: StepRow): (seen: TaskProgress) => void {
  const sum = createCopySum();
  const pace = createPace();
  return (seen) => {
    if (step.bytesTotal === 0n) return;
    const now = clock.now();
    const bytesDone = countDone(step, sum.add(seen));
    const bytesPerSecond = pace.look(bytesDone, now) ?? null;
    progress.note(step, { bytesDone, bytesPerSecond, progressAt: new Date(now) });
  };
}

/** Whether the task did what it was asked to, as far as its end tells. */
export function isSuccess({ outcome }: TaskResult): boolean {
  return outcome === 'ok' || outcome === 'warnings';
}

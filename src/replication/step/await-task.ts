import { waitForTask, type TaskProgress, type TaskResult } from '../../proxmox/wait-for-task.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { createProgressWriter } from './progress-writer.ts';

/** Waits for the step's task to its end, keeping the row's progress up to date. The result may be `unknown`. */
export async function awaitTask(context: StepContext, step: StepRow, upid: string): Promise<TaskResult> {
  const progress = createProgressWriter(context, step);
  const onProgress = (seen: TaskProgress) => progress.report(seen);
  const result = await waitForTask(context.client, { upid, signal: context.signal, onProgress });
  await progress.flush();
  return result;
}

/** Whether the task did what it was asked to, as far as its end tells. */
export function isSuccess({ outcome }: TaskResult): boolean {
  return outcome === 'ok' || outcome === 'warnings';
}

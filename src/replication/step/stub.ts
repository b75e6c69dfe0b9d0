import { listNodeTasks } from '../../proxmox/endpoints/tasks.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { findRunningTasks } from './find-task.ts';

export const cloneTypes: readonly string[] = ['qmclone', 'vzclone'];

/** How far the nodes' clocks may be from ours. */
const clockSkewSeconds = 300;

/** The guest whose bytes the step copies; clone tasks bear its id. */
export function copyVmidOf(step: Pick<StepRow, 'copyVmid' | 'sourceVmid'>): number {
  return step.copyVmid ?? step.sourceVmid;
}

/** Nodes on which the step's clone task may run. */
export function copyNodesOf(step: Pick<StepRow, 'copyNode' | 'sourceNode'>): string[] {
  return [...new Set([step.copyNode, step.sourceNode].filter((node) => node !== null))];
}

/** Whether a clone of the step's source runs, which may be the one to its id. */
export async function isCloning({ client, signal }: StepContext, step: StepRow): Promise<boolean> {
  const vmid = copyVmidOf(step);
  const searches = copyNodesOf(step).flatMap((node) =>
    cloneTypes.map((type) => ({ node, type, vmid, signal })),
  );
  const found = await Promise.all(searches.map((search) => findRunningTasks(client, search)));
  return found.flat().length > 0;
}

/** Whether any clone of the step's source was begun since the step was: then a stub under its id may be ours. */
export async function hasCloned({ client, signal }: StepContext, step: StepRow): Promise<boolean> {
  const since = Math.floor((step.startedAt?.getTime() ?? 0) / 1000) - clockSkewSeconds;
  const vmid = copyVmidOf(step);
  const lists = copyNodesOf(step).map((node) =>
    listNodeTasks(client, node, { source: 'all', vmid, since, signal }),
  );
  return (await Promise.all(lists)).flat().some(({ type }) => cloneTypes.includes(type));
}

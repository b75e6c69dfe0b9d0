import type { ProxmoxClient } from '../../proxmox/client.ts';
import { listNodeTasks, type TaskRow } from '../../proxmox/endpoints/tasks.ts';

export interface TaskSearch {
  node: string;
  /** Proxmox's word, for instance `qmclone`. */
  type: string;
  /** The guest in the task's id: of a clone its source. */
  vmid: number;
  signal?: AbortSignal;
}

/** Tasks of this type and guest that run on the node now. */
export async function findRunningTasks(client: ProxmoxClient, search: TaskSearch): Promise<TaskRow[]> {
  const { node, type, vmid, signal } = search;
  const tasks = await listNodeTasks(client, node, { source: 'active', typefilter: type, vmid, signal });
  return tasks.filter((task) => task.running && task.type === type && task.id === String(vmid));
}

import type { Identity } from '../access/permissions.ts';
import { refuse } from '../errors.ts';
import type { Cluster } from './cluster.ts';
import type { Task } from './tasks.ts';
import { spawnTask, type Worker } from './worker.ts';

/** Milliseconds a request spends until its worker has been forked. */
const forkTime = 30;

export interface TaskRequest {
  readonly node: string;
  readonly type: string;
  /** Usually the guest. */
  readonly id: string;
  readonly identity: Identity;
  run(worker: Worker): Promise<void>;
}

/** Forks a worker, as the faults will have it, and gives back its task. */
export async function startTask(cluster: Cluster, request: TaskRequest): Promise<Task> {
  const { clock, faults } = cluster;
  await clock.sleep(forkTime);
  const node = cluster.requireNode(request.node);
  const concerns = (fault: { type: string; vmid?: number | undefined }): boolean =>
    fault.type === request.type && (fault.vmid === undefined || String(fault.vmid) === request.id);
  const early = faults.strike('task-fails', (fault) => fault.when === 'start' && concerns(fault));
  const late = early
    ? undefined
    : faults.strike('task-fails', (fault) => fault.when === 'end' && concerns(fault));
  const kill = faults.strike('worker-killed', concerns);
  const task = spawnTask({
    clock,
    book: cluster.tasks,
    parts: {
      node: node.name,
      pid: cluster.nextPid(node.name),
      pstart: Math.max(1, Math.floor((clock.now() - node.bootedAt) / 10)),
      startTime: cluster.nowSeconds(),
      type: request.type,
      id: request.id,
      user: request.identity.token
        ? `${request.identity.user}!${request.identity.token}`
        : request.identity.user,
    },
    run: async (worker) => {
      if (early) throw refuse(early.message);
      await request.run(worker);
      if (late) throw refuse(late.message);
    },
  });
  if (kill) void killLater(cluster, task, kill.afterMs);
  return task;
}

async function killLater(cluster: Cluster, task: Task, afterMs: number): Promise<void> {
  const ended = new AbortController();
  void task.ended.then(() => ended.abort());
  const isDue = await cluster.clock.sleep(afterMs, ended.signal).then(
    () => true,
    () => false,
  );
  if (isDue) task.stop('kill');
}

import type { Identity } from '../access/permissions.ts';
import type { Cluster } from '../engine/cluster.ts';
import { startTask } from '../engine/start-task.ts';
import { createSilentWorker, type Worker } from '../engine/worker.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import type { Parameters } from './parameters.ts';

/** A call that has passed all checks. */
export interface ApiCall {
  readonly cluster: Cluster;
  readonly identity: Identity;
  /** The node that carries it out. */
  readonly node: string;
  /** The node that was contacted. */
  readonly contacted: string;
  readonly parameters: Parameters;
}

export type Handler = (call: ApiCall) => unknown;
/** Handlers by endpoint id: `GET /version`. */
export type Handlers = Readonly<Record<string, Handler>>;

/** Forks a worker for the call and answers with its UPID. */
export async function forkWorker(
  { cluster, identity, node }: ApiCall,
  { type, id }: { readonly type: string; readonly id: string | number },
  run: (call: StorageCall) => Promise<void>,
): Promise<string> {
  const task = await startTask(cluster, {
    node,
    type,
    id: String(id),
    identity,
    run: (worker: Worker) => run({ cluster, worker, node }),
  });
  return task.upid;
}

/** A call's own context for work that needs no task. */
export function workInRequest({ cluster, node }: ApiCall): StorageCall {
  return { cluster, node, worker: createSilentWorker(cluster.clock) };
}

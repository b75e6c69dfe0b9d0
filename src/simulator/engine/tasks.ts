import type { WorldTask } from '../world.ts';
import { formatUpid, type UpidParts } from './upid.ts';

/** One task of a node: running, or finished with its exit status. */
export interface Task {
  readonly upid: string;
  readonly parts: UpidParts;
  readonly log: string[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  endedAt?: number;
  /** `OK`, `WARNINGS: n`, an error's text; undefined when the worker was killed. */
  exitStatus?: string;
  /** Ends a running task: TERM, or KILL without any clean-up. */
  stop(how: 'term' | 'kill'): void;
  /** Resolves when the task has ended. */
  readonly ended: Promise<void>;
}

/** The tasks of all nodes of one cluster. */
export class TaskBook {
  readonly #tasks = new Map<string, Task>();
  /** In the order in which they ended. */
  readonly #archive: Task[] = [];
  /** Per node: when the list of tasks was last written by a start or an end (epoch ms, and which task ended then). */
  readonly #lastEvents = new Map<string, Task | undefined>();

  add(task: Task): void {
    this.#tasks.set(task.upid, task);
    this.#lastEvents.set(task.parts.node, undefined);
  }

  /** Books the end of a running task. */
  archive(task: Task): void {
    this.#archive.push(task);
    this.#lastEvents.set(task.parts.node, task);
  }

  find(upid: string): Task | undefined {
    return this.#tasks.get(upid);
  }

  running(node?: string): Task[] {
    return [...this.#tasks.values()]
      .filter((task) => task.endedAt === undefined && (node === undefined || task.parts.node === node))
      .toReversed();
  }

  /** Finished tasks, the one that ended last first. */
  finished(node?: string): Task[] {
    return this.#archive.filter((task) => node === undefined || task.parts.node === node).toReversed();
  }

  /** Whether nothing has been booked on the node since this task ended. */
  endedLast(task: Task): boolean {
    return this.#lastEvents.get(task.parts.node) === task;
  }
}

/** A finished task from a world. */
export function restoreTask(task: WorldTask, parts: UpidParts): Task {
  const log = [...task.log];
  return {
    upid: formatUpid(parts),
    parts,
    log,
    startedAt: task.startTime * 1000,
    endedAt: task.endTime * 1000,
    exitStatus: task.exitStatus,
    stop: () => undefined,
    ended: Promise.resolve(),
  };
}

/** The last log line that belongs to an exit status. */
export function describeExit(exitStatus: string): string {
  if (exitStatus === 'OK') return 'TASK OK';
  return exitStatus.startsWith('WARNINGS: ') ? `TASK ${exitStatus}` : `TASK ERROR: ${exitStatus}`;
}

/** Success as Proxmox counts it. */
export function isSuccess(exitStatus: string | undefined): boolean {
  return exitStatus === 'OK' || /^WARNINGS: \d+$/.test(exitStatus ?? '');
}

import type { Clock } from '../../time/clock.ts';
import { WorkerKilled, WorkerStopped } from '../errors.ts';
import { describeExit, type Task, type TaskBook } from './tasks.ts';
import { formatUpid, type UpidParts } from './upid.ts';

/** What a worker's code gets: its log, its clock, and the signal that ends it. */
export interface Worker {
  readonly signal: AbortSignal | undefined;
  /** One line, or several. */
  log(text: string): void;
  /** Counts a warning: the task will end as `WARNINGS: n`. */
  warn(line: string): void;
  sleep(ms: number): Promise<void>;
}

/** A worker for code that runs inside a request: no log, no signal. */
export function createSilentWorker(clock: Clock): Worker {
  return { signal: undefined, log: () => undefined, warn: () => undefined, sleep: (ms) => clock.sleep(ms) };
}

interface Spawn {
  readonly clock: Clock;
  readonly book: TaskBook;
  readonly parts: UpidParts;
  run(worker: Worker): Promise<void>;
}

/** Starts a task: its code runs at once up to its first wait. Never rejects; the end is in the task. */
export function spawnTask({ clock, book, parts, run }: Spawn): Task {
  const abort = new AbortController();
  const ended = Promise.withResolvers<void>();
  const task: Task = {
    upid: formatUpid(parts),
    parts,
    log: [],
    startedAt: clock.now(),
    stop: (how) => abort.abort(how === 'kill' ? new WorkerKilled() : new WorkerStopped()),
    ended: ended.promise,
  };
  book.add(task);
  let warnings = 0;
  const worker: Worker = {
    signal: abort.signal,
    log: (text) => void task.log.push(...text.split('\n')),
    warn: (line) => {
      warnings += 1;
      task.log.push(`WARN: ${line}`);
    },
    sleep: (ms) => clock.sleep(ms, abort.signal),
  };
  void work();
  return task;

  async function work(): Promise<void> {
    try {
      await run(worker);
      finish(task, warnings > 0 ? `WARNINGS: ${warnings}` : 'OK');
    } catch (error) {
      finish(task, describeFailure(error));
    }
    task.endedAt = clock.now();
    book.archive(task);
    ended.resolve();
  }
}

function finish(task: Task, exitStatus: string | undefined): void {
  if (exitStatus === undefined) return;
  task.exitStatus = exitStatus.replaceAll('\n', ' ').trim();
  task.log.push(describeExit(task.exitStatus));
}

function describeFailure(error: unknown): string | undefined {
  if (error instanceof WorkerKilled) return undefined;
  return error instanceof Error ? error.message : String(error);
}

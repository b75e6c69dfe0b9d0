import type { TaskOutcome } from '../failures/classify.ts';
import { classifyExitStatus, judgeExitStatus } from '../failures/classify.ts';
import type { ProxmoxClient } from '../client.ts';
import type { TaskStatus } from '../endpoints/tasks.ts';
import { getTaskLog, getTaskStatus } from '../endpoints/tasks.ts';
import type { FailureClass } from '../failures/failure-codes.ts';
import { isProxmoxError } from '../failures/proxmox-error.ts';
import type { TaskProgress } from './task-progress.ts';
import { createProgressReader } from './task-progress.ts';

export type { TaskProgress } from './task-progress.ts';

/**
 * How a task ended. `unknown`: its worker vanished, its log is gone or its node stayed silent; look at what it was to
 * make.
 */
export interface TaskResult {
  upid: string;
  outcome: TaskOutcome;
  /** `OK`, `WARNINGS: n`, the error's text, or why we do not know. */
  exitStatus: string;
  /** The last lines of the log, empty when it could not be read. */
  logTail: string[];
  /** Of a task that did not succeed: the class of its failure, with the log taken into account. */
  failure?: FailureClass;
}

export interface WaitForTaskOptions {
  upid: string;
  signal?: AbortSignal;
  /** Called when the log tells of progress that it did not tell before. */
  onProgress?: (progress: TaskProgress) => void;
  /** Called when the task's node stops answering, and says why; again after it was heard meanwhile. */
  onSilence?: (reason: string) => void;
  /** How long the task's node may be silent before the outcome is `unknown`. Milliseconds, default 10 minutes. */
  silenceLimitMs?: number;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;
const pauseGrowth = 1.5;
/** A task just started may not be found yet. */
const birthLimitMs = 10_000;
const tailLength = 40;
const pageLength = 500;

/**
 * Waits until a task has ended: polls fast at first, then every 5 s. A failed task is a result, not an error. Survives
 * restarts of the server and silence of the node; throws ProxmoxError for what waiting does not mend (FORBIDDEN,
 * UNAUTHENTICATED, MALFORMED_ANSWER …), and the signal's reason.
 */
export async function waitForTask(client: ProxmoxClient, options: WaitForTaskOptions): Promise<TaskResult> {
  const { upid, signal } = options;
  const log = new LogReader(client, options);
  const polls = new Polls(client, options);
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * pauseGrowth)) {
    const seen = await polls.next();
    if (typeof seen === 'string') return unknownResult(upid, seen, await log.readRest());
    if (seen?.running === false)
      return toResult(upid, seen.exitStatus ?? 'unexpected status', await log.readRest());
    if (seen !== undefined) await log.follow();
    await client.clock.sleep(Math.round(pause * (0.9 + 0.2 * client.random())), signal);
  }
}

/** Asks for the status; says how long it has not been answered. */
class Polls {
  readonly #client: ProxmoxClient;
  readonly #options: WaitForTaskOptions;
  readonly #started: number;
  #lastHeard: number;
  #found = false;
  #isSilent = false;

  constructor(client: ProxmoxClient, options: WaitForTaskOptions) {
    this.#client = client;
    this.#options = options;
    this.#started = client.clock.now();
    this.#lastHeard = this.#started;
  }

  /** The status; undefined when it may come later; a sentence when it will not. */
  async next(): Promise<TaskStatus | string | undefined> {
    const { upid, signal } = this.#options;
    try {
      const status = await getTaskStatus(this.#client, upid, { signal });
      this.#lastHeard = this.#client.clock.now();
      this.#found = true;
      this.#isSilent = false;
      return status;
    } catch (error) {
      if (isProxmoxError(error, 'TASK_NOT_FOUND')) return this.#missing();
      // An answer that makes no sense is one all the same: waiting on would hide it.
      const isSilence =
        isProxmoxError(error) && error.retryable === 'safe' && error.code !== 'MALFORMED_ANSWER';
      if (!isSilence) throw error;
      return this.#silent(error.serverMessage);
    }
  }

  #missing(): string | undefined {
    const age = this.#client.clock.now() - this.#started;
    return this.#found || age >= birthLimitMs ? 'no such task' : undefined;
  }

  #silent(reason: string): string | undefined {
    const { silenceLimitMs = 10 * 60_000, onSilence } = this.#options;
    if (!this.#isSilent) onSilence?.(reason);
    this.#isSilent = true;
    const silence = this.#client.clock.now() - this.#lastHeard;
    if (silence < silenceLimitMs) return undefined;
    return `the task's node has been silent for ${Math.round(silence / 1000)} s: ${reason}`;
  }
}

/** Reads the log piece by piece, remembers its end and tells of progress. */
class LogReader {
  readonly #client: ProxmoxClient;
  readonly #options: WaitForTaskOptions;
  #read = 0;
  #tail: string[] = [];
  #told = '';
  readonly #progress = createProgressReader();

  constructor(client: ProxmoxClient, options: WaitForTaskOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Reads on while the task runs, only if somebody wants to know. */
  async follow(): Promise<void> {
    if (this.#options.onProgress) await this.#readOn();
  }

  /** Reads to the end; returns the last lines. */
  async readRest(): Promise<string[]> {
    let more = pageLength;
    while (more >= pageLength) more = await this.#readOn();
    return this.#tail;
  }

  /** How many lines were read. The log is a help, no need: a failure of the server ends the reading only. */
  async #readOn(): Promise<number> {
    const { upid, signal } = this.#options;
    try {
      const { lines } = await getTaskLog(this.#client, upid, {
        start: this.#read,
        limit: pageLength,
        signal,
      });
      this.#read += lines.length;
      this.#tail = [...this.#tail, ...lines].slice(-tailLength);
      this.#tell(lines);
      return lines.length;
    } catch (error) {
      if (isProxmoxError(error)) return 0;
      throw error;
    }
  }

  #tell(lines: readonly string[]): void {
    const progress = lines.map((line) => this.#progress.read(line)).findLast((step) => step !== undefined);
    const key = JSON.stringify(progress);
    if (progress === undefined || key === this.#told) return;
    this.#told = key;
    this.#options.onProgress?.(progress);
  }
}

function toResult(upid: string, exitStatus: string, logTail: string[]): TaskResult {
  const outcome = judgeExitStatus(exitStatus);
  const good = outcome === 'ok' || outcome === 'warnings';
  return {
    upid,
    outcome,
    exitStatus,
    logTail,
    failure: good ? undefined : classifyExitStatus(exitStatus, logTail),
  };
}

function unknownResult(upid: string, exitStatus: string, logTail: string[]): TaskResult {
  const code = exitStatus === 'no such task' ? 'TASK_NOT_FOUND' : 'NODE_UNREACHABLE';
  return { upid, outcome: 'unknown', exitStatus, logTail, failure: { code, retryable: 'unknown-outcome' } };
}

import type { FailureClass } from './failure-codes.ts';

/** What a log line said about how far a task is. */
export interface TaskProgress {
  /** Bytes done and to be done, of the disk that is being copied. */
  transferred: number;
  total: number;
  /** 0 to 100. */
  percent: number;
}

/**
 * How a task ended. `unknown`: its worker vanished, its log is gone or its node stayed silent; look at what it was to
 * make.
 */
export interface TaskResult {
  upid: string;
  outcome: 'ok' | 'warnings' | 'failed' | 'unknown';
  /** `OK`, `WARNINGS: n`, the error's text, or why we do not know. */
  exitStatus: string;
  /** The last lines of the log. */
  logTail: string[];
  /** Of a task that failed: the class of its failure, with the log taken into account. */
  failure?: FailureClass;
}

export interface WaitForTaskOptions {
  upid: string;
  signal?: AbortSignal;
  /** Called when a poll saw more progress than the one before. */
  onProgress?: (progress: TaskProgress) => void;
  /** How long the task's node may be silent before the outcome is `unknown`. Milliseconds, default 10 minutes. */
  silenceLimitMs?: number;
}

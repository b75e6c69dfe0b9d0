import { InterruptedError } from './cli-error.ts';
import type { Environment } from '../config/environment.ts';
import { systemClock, type Clock, type Random } from '../time/clock.ts';

/** A text stream that may be a terminal. */
export interface TextOutput extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A text stream that a person may be typing into. */
export interface TextInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

/** What a command has from outside. */
export interface Surroundings {
  readonly environment: Environment;
  /** Folder that relative paths count from. */
  readonly folder: string;
  /** Without one nobody can be asked. */
  readonly stdin?: TextInput;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when the process is asked to end, with an `InterruptedError` as its reason. */
  readonly signal: AbortSignal;
}

/** Those of this process: SIGINT and SIGTERM abort the signal, the second SIGINT ends at once. */
export function takeSurroundings(): Surroundings {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => controller.abort(new InterruptedError(name)));
  return {
    environment: process.env,
    folder: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    random: Math.random,
    signal: controller.signal,
  };
}

/** Resolves when the process is asked to end. */
export function waitForEnd(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

import type { Environment } from '../config/environment.ts';
import { listenToSignals } from './process-signals.ts';
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
  /** Says what SIGHUP means from now on; until then it ends the process. */
  onHangUp?(listener: () => void): void;
}

/** Those of this process. */
export function takeSurroundings(): Surroundings {
  return {
    environment: process.env,
    folder: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    random: Math.random,
    ...listenToSignals(),
  };
}

/** Resolves when the process is asked to end. */
export function waitForEnd(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

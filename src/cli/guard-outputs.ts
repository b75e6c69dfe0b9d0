import { describeError } from '../errors/hub-error.ts';
import type { TextOutput } from './surroundings.ts';

/** What becomes of outputs that can no longer be written. */
export interface OutputGuard {
  /** Whether anything was lost that somebody still wanted: a reader who has left wanted no more. */
  isLost(): boolean;
}

/**
 * Lets the process go on where an output cannot be written, instead of ending it with a stack: quietly where the reader
 * has left (`hub doctor | head`); with one sentence on the error output where, for example, the disk is full.
 */
export function guardOutputs({ stdout, stderr }: { stdout: TextOutput; stderr: TextOutput }): OutputGuard {
  let lost = false;
  stdout.on('error', (error) => {
    if (isReaderGone(error) || lost) return;
    lost = true;
    stderr.write(`The output cannot be written and is lost: ${describeError(error)}. The command goes on.\n`);
  });
  stderr.on('error', () => {
    // There is nowhere left to tell it.
  });
  return { isLost: () => lost };
}

function isReaderGone(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}

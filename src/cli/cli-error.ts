import { constants } from 'node:os';
import { HubError } from '../errors/hub-error.ts';

/** Exit codes: everything done; something failed; the command line itself was wrong. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** The process was asked to end by a signal, and the command had not done its work by then. */
export class InterruptedError extends HubError {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('INTERRUPTED', `The command was ended by ${signal === 'SIGINT' ? 'Ctrl-C' : signal}.`);
    this.signal = signal;
  }
}

/** The exit code of a command that a signal ended, as shells have it: 130 after Ctrl-C. */
export function exitCodeOf({ signal }: InterruptedError): number {
  return 128 + constants.signals[signal];
}

/** A command ended without success; its message has all there is to say. */
export class CommandFailed extends HubError {}

/** The command line does not make sense. */
export class UsageError extends HubError {
  constructor(message: string) {
    super('USAGE', message);
  }
}

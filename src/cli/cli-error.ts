import { HubError } from '../errors/hub-error.ts';

/** Exit codes: everything done; something failed; the command line itself was wrong. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** A command ended without success; its message has all there is to say. */
export class CommandFailed extends HubError {}

/** The command line does not make sense. */
export class UsageError extends HubError {
  constructor(message: string) {
    super('USAGE', message);
  }
}

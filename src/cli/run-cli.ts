import { CommanderError } from 'commander';
import { describeError, HubError } from '../errors/hub-error.ts';
import { CommandFailed, exitCodes, UsageError } from './cli-error.ts';
import { flush, writeJson, writeText } from './output.ts';
import { createProgram } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs one command line and gives its exit code. Faults are told on the error output, as JSON where `--json` is given. */
export async function runCli(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    await createProgram(surroundings).parseAsync(words, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const told = explainSystemError(error);
    tellFault(told, words.includes('--json'), surroundings);
    return told instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  } finally {
    await flush(surroundings.stdout);
    await flush(surroundings.stderr);
  }
}

/** What the system refuses for reasons that the caller can mend, said so that the caller knows how. */
function explainSystemError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    const message = `${describeError(error)}\nAnother program has the port, or it needs rights: choose another with --port.`;
    return new CommandFailed(code, message, { cause: error });
  }
  return error;
}

function tellFault(error: unknown, asJson: boolean, surroundings: Surroundings): void {
  const code = error instanceof HubError ? error.code : 'UNEXPECTED';
  if (asJson) writeJson(surroundings.stderr, { error: { code, message: describeError(error) } });
  else writeText(surroundings.stderr, describeFault(error));
}

/** Foreseen errors are told by their message alone; a fault of the program also by where it happened. */
function describeFault(error: unknown): string {
  if (error instanceof HubError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

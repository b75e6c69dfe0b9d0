import { CommanderError } from 'commander';
import { describeError, HubError } from '../errors/hub-error.ts';
import { exitCodes, UsageError } from './cli-error.ts';
import { flush, writeJson, writeLine } from './output.ts';
import { createProgram } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs one command line and gives its exit code. Faults are told on the error output, as JSON where `--json` is given. */
export async function runCli(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    await createProgram(surroundings).parseAsync(words, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    tellFault(error, words.includes('--json'), surroundings);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  } finally {
    await flush(surroundings.stdout);
    await flush(surroundings.stderr);
  }
}

function tellFault(error: unknown, asJson: boolean, surroundings: Surroundings): void {
  const code = error instanceof HubError ? error.code : 'UNEXPECTED';
  if (asJson) writeJson(surroundings.stderr, { error: { code, message: describeError(error) } });
  else writeLine(surroundings.stderr, describeUnexpected(error));
}

/** Foreseen errors are told by their message alone; a fault of the program also by where it happened. */
function describeUnexpected(error: unknown): string {
  if (error instanceof HubError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

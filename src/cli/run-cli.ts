import { CommanderError, type Command } from 'commander';
import { describeError, HubError } from '../errors/hub-error.ts';
import { CommandFailed, exitCodeOf, exitCodes, InterruptedError, UsageError } from './cli-error.ts';
import { flush, writeJson, writeLine, writeText } from './output.ts';
import { createProgram } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs one command line and gives its exit code. Faults are told on the error output, as JSON where `--json` is given. */
export async function runCli(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const program = createProgram(surroundings);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === 'commander.unknownCommand') suggestGroup(program, words, surroundings);
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    }
    const told = explainFault(error, surroundings);
    tellFault(told, words.includes('--json'), surroundings);
    const { reason }: { reason: unknown } = surroundings.signal;
    if (told.code === 'INTERRUPTED' && reason instanceof InterruptedError) return exitCodeOf(reason);
    return told instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  } finally {
    await flush(surroundings.stdout);
    await flush(surroundings.stderr);
  }
}

/** Of a command that is there, but within a group: how it is called. */
function suggestGroup(program: Command, words: readonly string[], { stderr }: Surroundings): void {
  const found = program.commands.flatMap((group) =>
    group.commands
      .filter((command) => words.includes(command.name()))
      .map((command) => `${program.name()} ${group.name()} ${command.name()}`),
  );
  if (found.length > 0) writeLine(stderr, `There is: ${found.join(', ')}`);
}

/** Every error as one that says what to do. What was not foreseen is a fault of the program. */
function explainFault(error: unknown, { environment, signal }: Surroundings): HubError {
  if (error instanceof HubError) return error;
  const { reason }: { reason: unknown } = signal;
  if (reason instanceof InterruptedError) return reason;
  const refusal = explainRefusal(error);
  if (refusal) return refusal;
  const where = environment['LOG_LEVEL'] === 'debug' && error instanceof Error ? error.stack : undefined;
  const advice = where ?? 'Please report it, with what LOG_LEVEL=debug in the environment adds here.';
  const message = `A fault of Template Hub itself: ${describeError(error)}\n${advice}`;
  return new CommandFailed('UNEXPECTED', message, { cause: error });
}

/** What the system refuses for reasons that the caller can mend. */
function explainRefusal(error: unknown): CommandFailed | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const { code, message } = error;
  const advice = 'syscall' in error && error.syscall === 'listen' ? listenAdvice : fileFaults.get(code);
  if (advice === undefined) return undefined;
  return new CommandFailed(code, `${message}\n${advice}`, { cause: error });
}

const listenAdvice = 'Another program has the port, or it needs rights: choose another with --port.';

/** Faults of files that commands read and write. */
const fileFaults = new Map([
  ['ENOENT', 'There is no such file: check the path.'],
  ['EACCES', 'This user has no right to it: choose another path, or have the right given.'],
  ['EPERM', 'This user has no right to it: choose another path, or have the right given.'],
  ['EROFS', 'The file system can only be read: choose another path.'],
  ['EISDIR', 'It is a folder where a file is needed: check the path.'],
  ['ENOTDIR', 'A part of the path is no folder: check the path.'],
  ['EEXIST', 'There is a file where a folder is needed: check the path.'],
  ['ENOSPC', 'No space is left: make room, or choose another path.'],
]);

function tellFault({ code, message }: HubError, asJson: boolean, { stderr }: Surroundings): void {
  if (asJson) writeJson(stderr, { error: { code, message } });
  else writeText(stderr, message);
}

import { createInterface } from 'node:readline/promises';
import { CommandFailed, UsageError } from './cli-error.ts';
import { writeLine } from './output.ts';
import type { Surroundings } from './surroundings.ts';

export interface Confirmation {
  /** What the caller said on the command line. */
  readonly options: { readonly yes?: boolean; readonly json?: boolean };
  /** What is about to be done, for instance `remove 4 guests of class Rust`. */
  readonly what: string;
  /** Any of these names will do; the first one is asked for. */
  readonly names: readonly string[];
}

/**
 * Lets a person confirm what cannot be undone, by its name. Where nobody can be asked, `--yes` has to say it.
 *
 * @throws {UsageError} without a terminal and without `--yes`
 * @throws {CommandFailed} NOT_CONFIRMED
 */
export async function confirmByName(
  { options, what, names }: Confirmation,
  { stdin, stderr, signal }: Surroundings,
): Promise<void> {
  if (options.yes) return;
  const [name = ''] = names;
  if (options.json || !stdin?.isTTY || !stderr.isTTY)
    throw new UsageError(`This would ${what}. Nobody can be asked here: add --yes if that is meant.`);
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    writeLine(stderr, `This would ${what}.`);
    const answer = await terminal.question(`Type its name (${name}) to go on: `, { signal });
    if (names.includes(answer.trim())) return;
    throw new CommandFailed('NOT_CONFIRMED', 'That is not its name; nothing was done.');
  } finally {
    terminal.close();
  }
}

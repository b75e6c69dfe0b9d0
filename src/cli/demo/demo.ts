import type { Command } from 'commander';
import { UsageError } from '../cli-error.ts';
import { readPort } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';

export interface DemoOptions {
  /** The server's port; 0 for any free one. */
  readonly port: number;
  readonly exitWhenSettled?: boolean;
  readonly json?: boolean;
  readonly forgetDatabase?: boolean;
  readonly folder?: string;
}

/** `hub demo`: simulated clusters and a server on them. */
export function registerDemo(program: Command, surroundings: Surroundings): void {
  program
    .command('demo')
    .description('simulate two clusters on this machine and replicate their templates')
    .option('--port <number>', "the server's port; 0 for any free one", readPort, 8080)
    .option('--folder <path>', 'where the demo keeps its state (default: data/demo)')
    .option('--exit-when-settled', 'end when nothing is left to do, after a second boot that must find it so')
    .option('--forget-database', 'delete the store before that second boot')
    .option('--json', 'end with one line of JSON')
    .addHelpText(
      'after',
      `
With --exit-when-settled a new temporary folder is used unless one is given.

Examples:
  hub demo                                     and look at the address it shows
  hub demo --exit-when-settled --json          one line of figures, then the end
`,
    )
    .action(async (options: DemoOptions) => {
      if (options.forgetDatabase && !options.exitWhenSettled) {
        throw new UsageError('--forget-database goes with --exit-when-settled: it is about the second boot');
      }
      const { runDemo } = await import('./demo-run.ts');
      await runDemo(options, surroundings);
    });
}

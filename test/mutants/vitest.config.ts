import { join } from 'node:path';
import { mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';
import { mutantVariable, mutateSource } from './mutate-source.ts';

const root = join(import.meta.dirname, '..', '..');
const written = process.env[mutantVariable];

export default mergeConfig(base, {
  root,
  plugins: written === undefined ? [] : [mutateSource(root, written)],
  // What was made of a file is kept by its text on the disk: a mutant would live on in later runs.
  test: { fsModuleCache: false },
});

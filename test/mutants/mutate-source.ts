import { join } from 'node:path';
import type { Plugin } from 'vite';
import { z } from 'zod';
import { applyMutant, type Mutant } from './mutant.ts';

/** The variable that hands the mutant to the tests' process, as JSON. */
export const mutantVariable = 'TEMPLATE_HUB_MUTANT';

const mutantSchema: z.ZodType<Mutant> = z.object({
  file: z.string(),
  line: z.number(),
  start: z.number(),
  end: z.number(),
  replacement: z.string(),
  what: z.string(),
});

/** Lets the tests of this process import the mutant instead of the file; nothing is written to the disk. */
export function mutateSource(root: string, written: string): Plugin {
  const mutant = mutantSchema.parse(JSON.parse(written));
  const changed = join(root, mutant.file);
  return {
    name: 'template-hub-mutant',
    enforce: 'pre',
    transform: (source, id) => (id.split('?')[0] === changed ? applyMutant(source, mutant) : undefined),
  };
}

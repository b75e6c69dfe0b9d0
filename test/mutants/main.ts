/**
 * `npm run -s mutants [-- --tries n --seed s --folder f]`: makes small changes in the rules, one at a time, and looks
 * whether a test notices. Lists those that nobody noticed.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../replication/support/random.ts';
import { readCount } from '../support/read-count.ts';
import { areas } from './areas.ts';
import { listMutants } from './list-mutants.ts';
import type { Mutant } from './mutant.ts';
import { createTrial } from './try-mutant.ts';

const leastRatio = 0.9;
const root = join(import.meta.dirname, '..', '..');

const { values } = parseArgs({
  options: {
    tries: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    folder: { type: 'string', default: 'src' },
  },
});
const [tries, seed] = [values.tries, values.seed].map(readCount);
const chosen = areas.filter(({ folder }) => folder.startsWith(values.folder));
const all = chosen
  .flatMap(({ folder }) => globSync(`${folder}/**/*.ts`, { cwd: root }).toSorted())
  .flatMap(list);
const sample = draw(all, { count: tries ?? 0, random: createRandom(seed ?? 0) });
say(`seed ${seed}: ${sample.length} of ${all.length} changes are tried`);

const isNoticed = createTrial();
let killed = 0;
for (const mutant of sample) {
  const noticed = await isNoticed(mutant);
  killed += Number(noticed);
  say(`${noticed ? 'noticed    ' : 'NOT NOTICED'} ${mutant.file}:${mutant.line} ${mutant.what}`);
}
const ratio = sample.length === 0 ? 0 : killed / sample.length;
say(`MUTANTS tried=${sample.length} killed=${killed} ratio=${ratio.toFixed(2)}`);
process.exitCode = ratio >= leastRatio ? 0 : 1;

function list(file: string): Mutant[] {
  return listMutants(file, readFileSync(join(root, file), 'utf8'));
}

/** So many of them at random, each at most once. */
function draw(
  mutants: readonly Mutant[],
  { count, random }: { count: number; random: () => number },
): Mutant[] {
  const left = [...mutants];
  const drawn: Mutant[] = [];
  while (drawn.length < count && left.length > 0)
    drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

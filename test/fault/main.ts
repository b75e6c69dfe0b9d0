/** `npm run -s fault -- --runs 500 --seed S`: kills the server at any of its awaits, and looks what became of its work. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { sumReports } from './support/sum-reports.ts';
import type { RunReport } from './support/execute-run.ts';
import { planRuns, planTwoServers, type PlannedRun, type RunPlan } from './support/plan-runs.ts';
import { executeInPool } from './support/pool.ts';
import { scenarios } from './scenarios.ts';

const usage = `usage: npm run -s fault -- [--runs 500] [--seed 1] [--share 0.2] [--classes] [--two-servers] [--scenario NAME] [--only INDEX]
  --two-servers: instead of killing one server, lets two work on one store and one cluster.
  --verbose prints a line for each run.
  --only executes one run of the plan again: the index that a failing run was printed with.`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    share: { type: 'string', default: '0.2' },
    scenario: { type: 'string', default: 'replication' },
    classes: { type: 'boolean', default: false },
    'two-servers': { type: 'boolean', default: false },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
});

const names = values.classes ? ['classes', 'classes-shared'] : [values.scenario];
const [runs, seed, share, workers] = [values.runs, values.seed, values.share, values.workers].map(Number);
if (
  !names.every((name) => name in scenarios) ||
  !(runs && runs > 0) ||
  seed === undefined ||
  Number.isNaN(seed)
) {
  fail(usage);
}

const plan: RunPlan = { runs: [], sites: [] };
for (const [index, scenario] of names.entries()) {
  const part = Math.ceil(((runs ?? 1) - index) / names.length);
  const options = { scenario, runs: part, seed: seed ?? 1, share: share ?? 0.2 };
  if (values['two-servers']) plan.runs.push(...planTwoServers(options));
  else {
    const planned = await planRuns(options);
    plan.runs.push(...planned.runs);
    plan.sites.push(...planned.sites);
  }
}
const chosen = plan.runs.filter((_, index) => values.only === undefined || index === Number(values.only));
const processes = chosen.filter(({ kind }) => kind === 'process').length;
const covered = Math.min(plan.sites.length, Math.max(0, plan.runs.length - processes));
say(
  `scenario ${names.join(' and ')}, seed ${seed}: ${chosen.length} runs, ${processes} of them killed processes`,
);
say(
  `${plan.sites.length} places at which the product waits, a server is killed at ${covered} of them on purpose`,
);

const reports: RunReport[] = [];
await executeInPool(chosen, { workers: workers ?? 1, onReport: report });
const sum = sumReports(reports);
say(
  `FAULT runs=${sum.runs} converged=${sum.converged} duplicates=${sum.duplicates} orphans=${sum.orphans} ` +
    `lost=${sum.lost} foreign_deleted=${sum.foreignDeleted} forgotten=${sum.forgotten} ` +
    `repeated_copies=${sum.repeatedCopies} max_passes=${sum.maxPasses}`,
);
process.exitCode = sum.clean === sum.runs ? 0 : 1;

function report(run: PlannedRun, result: RunReport): void {
  reports.push(result);
  if (values.verbose)
    say(`run ${plan.runs.indexOf(run)}: passes=${result.passes} died: ${describeRun(result)}`);
  if (!result.clean) {
    say(`FAILED run ${plan.runs.indexOf(run)} of seed ${seed}: ${JSON.stringify(run)}`);
    say(
      `  died: ${describeRun(result)}; after ${result.passes} passes: ${JSON.stringify(result.books)}, ${result.repeated} bytes copied again`,
    );
    if (result.error !== undefined) say(`  ${result.error}`);
  }
  if (reports.length % 50 === 0) say(`${reports.length} runs done`);
}

function describeRun({ died, troubles }: RunReport): string {
  return [died.join(', then '), ...troubles.map((name) => `trouble: ${name}`)].join('; ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

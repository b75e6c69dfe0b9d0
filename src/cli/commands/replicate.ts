import type { Command } from 'commander';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { CommandFailed } from '../cli-error.ts';
import { addWatchOptions, followRuns, judgeRuns, printRuns, requestRuns } from '../follow-runs.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { addRequestOptions, readCount } from '../request-options.ts';
import { findRun, listRuns, tellRun } from '../runs.ts';
import type { Surroundings } from '../surroundings.ts';
import { registerControl } from './replicate-control.ts';
import { registerPause } from './replicate-pause.ts';
import { registerPlan } from './replicate-plan.ts';
import { registerPolicy } from './replicate-policy.ts';

interface RunOptions extends ApiOptions {
  readonly cluster?: string;
  readonly vmid?: readonly number[];
  readonly node?: readonly string[];
  readonly retry?: boolean;
  readonly wait: boolean;
  readonly timeout?: number;
}

interface StatusOptions extends ApiOptions {
  readonly cluster?: string;
  readonly limit: number;
}

const runExamples = `
Examples:
  hub replicate run
  hub replicate run --vmid 9000 --node pve2 --retry
  hub replicate run --vmid 9000 --node pve2 --server http://127.0.0.1:8080
`;

/** `hub replicate …`: copies of what is missing. */
export function registerReplicate(program: Command, surroundings: Surroundings): void {
  const group = program.command('replicate').description('copy templates to the nodes that lack them');
  registerPlan(group, surroundings);
  const run = addRequestOptions(group.command('run').description('copy what is missing, showing progress'))
    .option('--retry', 'also what Proxmox refused before')
    .option('--no-wait', 'only ask for it: a server does it')
    .addHelpText('after', runExamples);
  addApiOptions(addWatchOptions(run)).action((options: RunOptions) => startRun(options, surroundings));
  const status = group
    .command('status')
    .description('the latest runs, or one with its steps')
    .argument('[run]', 'number of the run', readCount)
    .option('--cluster <id>', 'of this cluster')
    .option('--limit <number>', 'how many runs, at most 100', readCount, 10);
  addApiOptions(status).action((runId: number | undefined, options: StatusOptions) =>
    runId === undefined ? printLatest(options, surroundings) : printRun(runId, options, surroundings),
  );
  for (const verb of ['cancel', 'retry'] as const) registerControl(group, verb, surroundings);
  for (const verb of ['pause', 'resume'] as const) registerPause(group, verb, surroundings);
  registerPolicy(group, surroundings);
}

async function startRun(options: RunOptions, surroundings: Surroundings): Promise<void> {
  const { cluster: clusterId, vmid: vmids, node: nodes, retry } = options;
  const request = { clusterId, vmids, nodes, retry };
  await withApi(options, { ...surroundings, working: options.wait, deciding: true }, async (api) => {
    const asked = await requestRuns(api, request);
    const runs = options.wait ? await followRuns(api, asked, { options, surroundings }) : asked;
    printRuns(runs, { options, surroundings });
    if (options.wait) judgeRuns(runs);
  });
}

async function printLatest(options: StatusOptions, surroundings: Surroundings): Promise<void> {
  const filter = { clusterId: options.cluster, first: Math.min(options.limit, 100) };
  const runs = await withApi(options, surroundings, (api) => listRuns(api, filter));
  printRuns(runs, { options, surroundings });
}

async function printRun(runId: number, options: StatusOptions, surroundings: Surroundings): Promise<void> {
  const run = await withApi(options, surroundings, (api) => findRun(api, runId));
  if (!run) throw new CommandFailed('RUN_NOT_FOUND', `there is no run ${runId}`);
  if (options.json) return writeJson(surroundings.stdout, run);
  writeBlocks(surroundings, tellRun(run));
}

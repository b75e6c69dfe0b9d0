import type { Command } from 'commander';
import type { HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { askPlans } from '../ask-plans.ts';
import { CommandFailed } from '../cli-error.ts';
import {
  addWatchOptions,
  followRuns,
  judgeRuns,
  printRuns,
  requestRuns,
  type RunRequest,
} from '../follow-runs.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { addRequestOptions, readCount } from '../request-options.ts';
import { describePlan } from '../plans.ts';
import { findRun, listRuns, tellRun, type RunShown } from '../runs.ts';
import type { Surroundings } from '../surroundings.ts';
import { registerControl } from './replicate-control.ts';
import { registerPause } from './replicate-pause.ts';
import { registerPlan } from './replicate-plan.ts';
import { registerPolicy } from './replicate-policy.ts';
import { registerRemove } from './replicate-remove.ts';

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
  registerRemove(group, surroundings);
  registerPolicy(group, surroundings);
}

async function startRun(options: RunOptions, surroundings: Surroundings): Promise<void> {
  const { cluster: clusterId, vmid: vmids, node: nodes, retry } = options;
  const request = { clusterId, vmids, nodes, retry };
  await withApi(options, { ...surroundings, working: options.wait, deciding: true }, async (api) => {
    const asked = await requestRuns(api, request);
    const runs = options.wait ? await followRuns(api, asked, { options, surroundings }) : asked;
    if (options.wait && !options.json) await tellIdle(api, runs, { request, surroundings });
    const busy = options.json || !options.wait ? runs : runs.filter((run) => !isIdle(run));
    if (options.json || busy.length > 0) printRuns(busy, { options, surroundings });
    if (options.wait) judgeRuns(runs);
  });
}

/** It ended well, and nothing was to be done. */
function isIdle({ outcome, stepsTotal }: RunShown): boolean {
  return outcome === 'SUCCEEDED' && stepsTotal === 0;
}

/** Of runs that had nothing to do: what is in place, and what is not possible and why. */
async function tellIdle(
  api: HubApi,
  runs: readonly RunShown[],
  { request, surroundings }: { request: RunRequest; surroundings: Surroundings },
): Promise<void> {
  const idle = runs.filter(isIdle);
  if (idle.length === 0) return;
  // What is named may be in one of the clusters only.
  const plans = await askPlans(api, request);
  for (const { databaseId, clusterId } of idle)
    writeBlocks(surroundings, [
      `Run ${databaseId} of ${clusterId} had nothing to do.`,
      ...plans.filter((plan) => plan.clusterId === clusterId).flatMap((plan) => describePlan(plan, false)),
    ]);
}

async function printLatest(options: StatusOptions, surroundings: Surroundings): Promise<void> {
  const filter = { clusterId: options.cluster, first: Math.min(options.limit, 100) };
  const runs = await withApi(options, surroundings, (api) => listRuns(api, filter));
  printRuns(runs, { options, surroundings });
}

async function printRun(runId: number, options: StatusOptions, surroundings: Surroundings): Promise<void> {
  const run = await withApi(options, surroundings, (api) => findRun(api, runId));
  if (!run) throw new CommandFailed('RUN_NOT_FOUND', `There is no run ${runId}. See: hub replicate status`);
  if (options.json) return writeJson(surroundings.stdout, run);
  writeBlocks(surroundings, tellRun(run));
}

import type { Command } from 'commander';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { askPlans } from '../ask-plans.ts';
import { CommandFailed } from '../cli-error.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { describePlan, type PlanShown } from '../plans.ts';
import { addRequestOptions } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';

interface PlanOptions extends ApiOptions {
  readonly cluster?: string;
  readonly vmid?: readonly number[];
  readonly node?: readonly string[];
  readonly all?: boolean;
  readonly retry?: boolean;
}

/** `hub replicate plan`: what a run would do. */
export function registerPlan(group: Command, surroundings: Surroundings): void {
  const command = addRequestOptions(
    group.command('plan').description('what a run would do, and why not more'),
  )
    .option('--all', 'show what is in place or not wanted as well')
    .option('--retry', 'as if nothing had been refused before');
  addApiOptions(command).action((options: PlanOptions) => printPlan(options, surroundings));
}

async function printPlan(options: PlanOptions, surroundings: Surroundings): Promise<void> {
  const { cluster: clusterId, vmid: vmids, node: nodes, retry } = options;
  const plans = await withApi(options, { ...surroundings, deciding: true }, (api) =>
    askPlans(api, { clusterId, vmids, nodes, retry }),
  );
  if (options.json) writeJson(surroundings.stdout, plans);
  else
    writeBlocks(
      surroundings,
      plans.flatMap((plan) => describePlan(plan, options.all ?? false)),
    );
  const held = plans.filter((plan) => plan.errorCode !== null);
  const [first] = held;
  if (first) throw new CommandFailed(first.errorCode ?? 'NO_PLAN', held.map(describeHold).join('\n'));
}

function describeHold({ clusterId, errorCode, errorMessage }: PlanShown): string {
  const advice =
    errorCode === 'PAUSED'
      ? `\nLet it go on: hub replicate resume ${clusterId} (should its policy say so: hub replicate policy ${clusterId})`
      : '';
  return `No plan for ${clusterId}: ${errorMessage ?? errorCode ?? ''}${advice}`;
}

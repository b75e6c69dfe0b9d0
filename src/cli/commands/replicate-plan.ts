import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { CommandFailed } from '../cli-error.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { describePlan, planFields, planSchema, type PlanShown } from '../plans.ts';
import { addRequestOptions } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';

interface PlanOptions extends ApiOptions {
  readonly cluster?: string;
  readonly vmid?: readonly number[];
  readonly node?: readonly string[];
  readonly all?: boolean;
  readonly retry?: boolean;
}

const planDocument = `mutation ($input: ReplicateInput!) {
  replicate(input: $input) { plans { ${planFields} } userErrors { code message } }
}`;

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
  const schema = z.object({
    replicate: z.object({ plans: z.array(planSchema).nullable(), userErrors: userErrorsSchema }),
  });
  const { cluster: clusterId, vmid: vmids, node: nodes, retry } = options;
  const input = { clusterId, vmids, nodes, retry, dryRun: true };
  const { replicate } = await withApi(options, { ...surroundings, working: true }, (api) =>
    api.ask(planDocument, { input }, schema),
  );
  refuseUserErrors(replicate.userErrors);
  const plans = replicate.plans ?? [];
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

function describeHold(plan: PlanShown): string {
  return `No plan for ${plan.clusterId}: ${plan.errorMessage ?? plan.errorCode ?? ''}`;
}

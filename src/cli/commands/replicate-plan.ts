import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { CommandFailed } from '../cli-error.ts';
import { writeJson, writeLine } from '../output.ts';
import { formatBytes } from '../progress/format.ts';
import { addRequestOptions } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable, type Cell } from '../tables/render-table.ts';

interface PlanOptions extends ApiOptions {
  readonly cluster?: string;
  readonly vmid?: readonly number[];
  readonly node?: readonly string[];
  readonly all?: boolean;
}

const planDocument = `mutation ($input: ReplicateInput!) {
  replicate(input: $input) {
    plans {
      clusterId errorCode errorMessage
      lines { sourceVmid sourceName sourceNode targetNode state vmid way targetStorage copyVmid bytes reasonCode reason }
    }
    userErrors { code message }
  }
}`;

const planSchema = z.object({
  clusterId: z.string(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  lines: z.array(
    z.object({
      sourceVmid: z.int(),
      sourceName: z.string(),
      sourceNode: z.string(),
      targetNode: z.string(),
      state: z.string(),
      vmid: z.int().nullable(),
      way: z.string().nullable(),
      targetStorage: z.string().nullable(),
      copyVmid: z.int().nullable(),
      bytes: z.coerce.bigint().nullable(),
      reasonCode: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});

type PlanShown = z.output<typeof planSchema>;

/** `hub replicate plan`: what a run would do. */
export function registerPlan(group: Command, surroundings: Surroundings): void {
  const command = addRequestOptions(
    group.command('plan').description('what a run would do, and why not more'),
  ).option('--all', 'show what is in place or not wanted as well');
  addApiOptions(command).action((options: PlanOptions) => printPlan(options, surroundings));
}

async function printPlan(options: PlanOptions, surroundings: Surroundings): Promise<void> {
  const schema = z.object({
    replicate: z.object({ plans: z.array(planSchema).nullable(), userErrors: userErrorsSchema }),
  });
  const input = { clusterId: options.cluster, vmids: options.vmid, nodes: options.node, dryRun: true };
  const { replicate } = await withApi(options, { ...surroundings, working: true }, (api) =>
    api.ask(planDocument, { input }, schema),
  );
  refuseUserErrors(replicate.userErrors);
  const plans = replicate.plans ?? [];
  if (options.json) writeJson(surroundings.stdout, plans);
  else
    for (const line of plans.flatMap((plan) => describePlan(plan, options.all ?? false)))
      writeLine(surroundings.stdout, line);
  const held = plans.filter((plan) => plan.errorCode !== null);
  const [first] = held;
  if (first) throw new CommandFailed(first.errorCode ?? 'NO_PLAN', held.map(describeHold).join('\n'));
}

function describePlan(plan: PlanShown, all: boolean): string[] {
  const lines = plan.lines.filter((line) => all || !isQuiet(line));
  if (lines.length === 0) return plan.errorCode === null ? [`${plan.clusterId}: everything is in place`] : [];
  const headings = ['source', 'name', 'target', 'state', 'way', 'storage', 'size', 'reason'];
  return [`${plan.clusterId}:`, ...renderTable(headings, lines.map(describeLine))];
}

/** Nothing is to be done about it, or nobody asked. */
function isQuiet({ state, reasonCode }: PlanShown['lines'][number]): boolean {
  return state === 'PRESENT' || state === 'NOT_WANTED' || reasonCode === 'NOT_REQUESTED';
}

function describeLine(line: PlanShown['lines'][number]): Cell[] {
  const size = line.bytes === null ? '' : formatBytes(line.bytes);
  const state = line.state.toLowerCase().replaceAll('_', ' ');
  return [
    line.sourceVmid,
    line.sourceName,
    line.targetNode,
    state,
    line.way ?? '',
    line.targetStorage ?? '',
    size,
    line.reason ?? '',
  ];
}

function describeHold(plan: PlanShown): string {
  return `No plan for ${plan.clusterId}: ${plan.errorMessage ?? plan.errorCode ?? ''}`;
}

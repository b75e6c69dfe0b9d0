import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema, type HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { changePolicy, parsePolicy } from '../change-policy.ts';
import { chooseCluster } from '../choose-cluster.ts';
import { readTextFile } from '../../config/read-text-file.ts';
import { CommandFailed, UsageError } from '../cli-error.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { describePlan, describeRemarks, planFields, planSchema } from '../plans.ts';
import {
  apiPolicySchema,
  describePolicy,
  listPolicies,
  policyFields,
  readPolicy,
  toPolicyInput,
  type PolicyShown,
} from '../policies.ts';
import type { Surroundings } from '../surroundings.ts';

interface PolicyOptions extends ApiOptions {
  readonly all?: boolean;
  readonly file?: string;
  readonly dryRun?: boolean;
}

const setExamples = `
Values are YAML; an empty one brings the default back. With --file the file is
the whole policy, in the form of "replication" in the clusters file; - reads it
from the standard input.

Examples:
  hub replicate policy set lab outdated=keep limits.perCluster=2
  hub replicate policy set lab 'quietHours=[{from: "08:00", to: "18:00"}]'
  hub replicate policy set lab outdated=keep --dry-run
  hub replicate policy set lab --file policy.yaml
`;

/** `hub replicate policy …`: how the templates of a cluster are replicated. */
export function registerPolicy(group: Command, surroundings: Surroundings): void {
  const policy = group
    .command('policy')
    .description('how the templates of a cluster are replicated: show, set or reset it');
  const show = policy
    .command('show', { isDefault: true })
    .description('the policy in force, where it differs from the default')
    .argument('[cluster]', 'id of the cluster; all when absent')
    .option('--all', 'what is as by default as well');
  addApiOptions(show).action((given: string | undefined, options: PolicyOptions) =>
    showPolicy(given, options, surroundings),
  );
  const set = policy
    .command('set')
    .description('set a policy: it stands over the clusters file, from the next plan on')
    .argument('<cluster>', 'id of the cluster')
    .argument('[change...]', 'key=value, as changes of what holds now')
    .option('--file <path>', 'the whole policy instead')
    .option('--dry-run', 'only show the plan that it would lead to')
    .addHelpText('after', setExamples);
  addApiOptions(set).action((given: string, changes: readonly string[], options: PolicyOptions) =>
    setPolicy(given, changes, { options, surroundings }),
  );
  const reset = policy
    .command('reset')
    .description('take a policy that was set away: the clusters file’s, or the default, holds again')
    .argument('<cluster>', 'id of the cluster');
  addApiOptions(reset).action((given: string, options: PolicyOptions) =>
    resetPolicy(given, options, surroundings),
  );
}

/** Opens the API for commands that only decide. */
function decide<T>(
  options: ApiOptions,
  surroundings: Surroundings,
  work: (api: HubApi) => Promise<T>,
): Promise<T> {
  return withApi(options, { ...surroundings, deciding: true }, work);
}

async function showPolicy(
  given: string | undefined,
  options: PolicyOptions,
  surroundings: Surroundings,
): Promise<void> {
  const policies = await decide(options, surroundings, async (api) => {
    if (given === undefined) return listPolicies(api);
    return [await findPolicy(api, given)];
  });
  if (options.json) return writeJson(surroundings.stdout, policies);
  printPolicies(policies, options, surroundings);
}

async function findPolicy(api: HubApi, given: string): Promise<PolicyShown> {
  const { clusterId } = await chooseCluster(api, given);
  const found = (await listPolicies(api)).find((one) => one.clusterId === clusterId);
  if (found) return found;
  throw new CommandFailed('OFFLINE', 'The server runs offline: it knows no policies.');
}

function printPolicies(
  policies: readonly PolicyShown[],
  options: PolicyOptions,
  surroundings: Surroundings,
): void {
  const place = { all: options.all ?? false, now: surroundings.clock.now() };
  writeBlocks(
    surroundings,
    policies.flatMap((one) => describePolicy(one, place)),
  );
}

const setDocument = `mutation ($input: SetReplicationPolicyInput!) {
  payload: setReplicationPolicy(input: $input) { policy { ${policyFields} } plan { ${planFields} } remarks userErrors { code message } }
}`;
const resetDocument = `mutation ($input: ResetReplicationPolicyInput!) {
  payload: resetReplicationPolicy(input: $input) { policy { ${policyFields} } userErrors { code message } }
}`;
const payloadSchema = z.object({
  payload: z.object({
    policy: apiPolicySchema.nullable(),
    plan: planSchema.nullish(),
    remarks: z.array(z.string()).default([]),
    userErrors: userErrorsSchema,
  }),
});

async function setPolicy(
  clusterId: string,
  changes: readonly string[],
  { options, surroundings }: { options: PolicyOptions; surroundings: Surroundings },
): Promise<void> {
  if ((changes.length === 0) === (options.file === undefined))
    throw new UsageError('Say what is to change, as key=value, or give the whole policy with --file.');
  await decide(options, surroundings, async (api) => {
    const before = await findPolicy(api, clusterId);
    const wanted =
      options.file === undefined
        ? changePolicy(before.policy, changes)
        : parsePolicy(await readPolicyFile(options.file, surroundings));
    const input = { clusterId, policy: toPolicyInput(wanted), dryRun: options.dryRun ?? false };
    const { payload } = await api.ask(setDocument, { input }, payloadSchema);
    tellPolicy(clusterId, payload, { options, surroundings });
  });
}

function readPolicyFile(file: string, { folder }: Surroundings): Promise<string> | string {
  return file === '-' ? text(process.stdin) : readTextFile(resolve(folder, file));
}

async function resetPolicy(
  clusterId: string,
  options: PolicyOptions,
  surroundings: Surroundings,
): Promise<void> {
  await decide(options, surroundings, async (api) => {
    const { payload } = await api.ask(resetDocument, { input: { clusterId } }, payloadSchema);
    tellPolicy(clusterId, payload, { options, surroundings });
  });
}

function tellPolicy(
  clusterId: string,
  { policy, plan, remarks, userErrors }: z.output<typeof payloadSchema>['payload'],
  { options, surroundings }: { options: PolicyOptions; surroundings: Surroundings },
): void {
  refuseUserErrors(userErrors);
  const shown = policy ? [readPolicy(clusterId, policy)] : [];
  if (options.json) return writeJson(surroundings.stdout, { ...shown[0], remarks, ...(plan && { plan }) });
  if (!plan) {
    printPolicies(shown, options, surroundings);
    return writeBlocks(surroundings, describeRemarks(remarks));
  }
  writeBlocks(surroundings, [...describePlan(plan, false), 'Nothing was set (--dry-run).']);
  if (plan.errorCode !== null)
    throw new CommandFailed(plan.errorCode, `No plan for ${clusterId}: ${plan.errorMessage ?? ''}`);
}

import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema, type HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { chooseCluster } from '../choose-cluster.ts';
import { CommandFailed } from '../cli-error.ts';
import { confirmByName } from '../confirm-by-name.ts';
import { addWatchOptions, followRuns, judgeRuns, printRuns, type WatchOptions } from '../follow-runs.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { describeRemovals, removalFields, removalsSchema } from '../planned-removals.ts';
import { collectVmids } from '../request-options.ts';
import { runFields, runSchema } from '../runs.ts';
import type { Surroundings } from '../surroundings.ts';
import { count } from '../words.ts';

interface RemoveOptions extends ApiOptions, WatchOptions {
  readonly cluster?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `hub replicate remove`: replicas that are not wanted any more. */
export function registerRemove(group: Command, surroundings: Surroundings): void {
  const command = group
    .command('remove')
    .description('remove replicas that Template Hub made; originals are never removed')
    .argument('<vmid...>', 'VMIDs of the replicas', collectVmids)
    .option('--cluster <id>', 'their cluster, where there are several')
    .option('--dry-run', 'only say what would go and what would stay')
    .option('--yes', 'do not ask; needed where there is no terminal');
  addApiOptions(addWatchOptions(command)).action((vmids: readonly number[], options: RemoveOptions) =>
    removeReplicas(vmids, options, surroundings),
  );
}

const document = `mutation ($input: RemoveReplicasInput!) {
  payload: removeReplicas(input: $input) { run { ${runFields} } ${removalFields} userErrors { code message } }
}`;
const payloadSchema = z.object({
  payload: removalsSchema.extend({ run: runSchema.nullable(), userErrors: userErrorsSchema }),
});

async function removeReplicas(
  vmids: readonly number[],
  options: RemoveOptions,
  surroundings: Surroundings,
): Promise<void> {
  await withApi(options, { ...surroundings, working: !options.dryRun, deciding: true }, async (api) => {
    const { clusterId } = await chooseCluster(api, options.cluster);
    const looked = await ask(api, { clusterId, vmids, dryRun: true });
    const { remove, keep } = looked;
    if (!options.json) writeBlocks(surroundings, describeRemovals(looked));
    if (options.dryRun) {
      if (options.json) writeJson(surroundings.stdout, { remove, keep });
      return;
    }
    if (remove.length === 0)
      throw new CommandFailed('NOTHING_TO_REMOVE', 'None of these can be removed; nothing was done.');
    const what = `remove ${count(remove.length, 'replica')} of cluster ${clusterId}`;
    await confirmByName({ options, what, names: [clusterId] }, surroundings);
    const { run } = await ask(api, { clusterId, vmids, confirm: clusterId });
    const runs = run ? await followRuns(api, [run], { options, surroundings }) : [];
    printRuns(runs, { options, surroundings });
    judgeRuns(runs);
  });
}

async function ask(
  api: HubApi,
  input: Readonly<Record<string, unknown>>,
): Promise<z.output<typeof payloadSchema>['payload']> {
  const { payload } = await api.ask(document, { input }, payloadSchema);
  refuseUserErrors(payload.userErrors);
  return payload;
}

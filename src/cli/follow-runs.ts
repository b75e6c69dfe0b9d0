import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema, type HubApi } from './api/hub-api.ts';
import { CommandFailed } from './cli-error.ts';
import { writeBlocks, writeJson } from './output.ts';
import { createProgressView } from './progress/create-progress-view.ts';
import { describeRuns, runFields, runSchema, type RunShown, type WholeRunShown } from './runs.ts';
import type { Surroundings } from './surroundings.ts';
import { watchRuns } from './watch-runs.ts';

const requestDocument = `mutation ($input: ReplicateInput!) {
  replicate(input: $input) { runs { ${runFields} } userErrors { code message } }
}`;

/** Which templates and nodes are meant; nothing given = all that is wanted. */
export interface RunRequest {
  readonly clusterId?: string;
  readonly vmids?: readonly number[];
  readonly nodes?: readonly string[];
  readonly retry?: boolean;
}

/** Asks for replication. */
export async function requestRuns(api: HubApi, input: RunRequest): Promise<RunShown[]> {
  const schema = z.object({
    replicate: z.object({ runs: z.array(runSchema), userErrors: userErrorsSchema }),
  });
  const { replicate } = await api.ask(requestDocument, { input }, schema);
  refuseUserErrors(replicate.userErrors);
  return replicate.runs;
}

interface Following {
  readonly options: { readonly json?: boolean };
  readonly surroundings: Surroundings;
}

/** Shows runs until they end; with `--json` on the error output, since the other is for the result. */
export async function followRuns(
  api: HubApi,
  runs: readonly RunShown[],
  following: Following,
): Promise<WholeRunShown[]> {
  const { options, surroundings } = following;
  const view = createProgressView(
    options.json ? surroundings.stderr : surroundings.stdout,
    surroundings.clock,
  );
  const runIds = runs.map((run) => run.databaseId);
  try {
    return await watchRuns(api, runIds, { view, surroundings });
  } finally {
    view.end();
  }
}

/** Prints runs as a table, or as JSON. */
export function printRuns(runs: readonly RunShown[], { options, surroundings }: Following): void {
  if (options.json) writeJson(surroundings.stdout, runs);
  else writeBlocks(surroundings, describeRuns(runs));
}

/** Fails when a run did not do everything that it was asked for. */
export function judgeRuns(runs: readonly RunShown[]): void {
  const poor = runs.filter((run) => run.outcome !== 'SUCCEEDED');
  if (poor.length === 0) return;
  const reasons = poor.map((run) => {
    const how = run.outcome?.toLowerCase() ?? `still ${run.status.toLowerCase()}`;
    return `run ${run.databaseId} of ${run.clusterId}: ${how}${run.errorMessage ? ` (${run.errorMessage})` : ''}`;
  });
  const advice = poor.map((run) => `hub replicate status ${run.databaseId}`).join(', ');
  throw new CommandFailed('RUN_NOT_SUCCEEDED', `${reasons.join('\n')}\nSee ${advice}.`);
}

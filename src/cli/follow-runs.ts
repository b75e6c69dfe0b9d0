import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema, type HubApi } from './api/hub-api.ts';
import { CommandFailed } from './cli-error.ts';
import { refuseNoClusters } from './no-clusters.ts';
import { writeBlocks, writeJson } from './output.ts';
import { createProgressView } from './progress/create-progress-view.ts';
import { formatSeconds } from './progress/format.ts';
import { readDuration } from './request-options.ts';
import { describeRuns, runFields, runSchema, type RunShown, type WholeRunShown } from './runs.ts';
import type { Surroundings } from './surroundings.ts';
import { watchRuns, type Watched } from './watch-runs.ts';
import { count, toWords } from './words.ts';

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
  if (replicate.runs.length === 0) throw refuseNoClusters();
  return replicate.runs;
}

interface Following {
  readonly options: WatchOptions & { readonly json?: boolean; readonly server?: string };
  readonly surroundings: Surroundings;
}

/** Options of commands that watch runs. */
export interface WatchOptions {
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Adds `--timeout`. */
export function addWatchOptions(command: Command): Command {
  return command.option(
    '--timeout <duration>',
    'watch no longer than this, such as 90s or 10m; the run goes on',
    readDuration,
  );
}

/**
 * Shows runs until they end; with `--json` on the error output, since the other is for the result.
 *
 * @throws {CommandFailed} INTERRUPTED or TIMEOUT when they had not ended by then; they go on.
 */
export async function followRuns(
  api: HubApi,
  runs: readonly RunShown[],
  following: Following,
): Promise<readonly WholeRunShown[]> {
  const { options, surroundings } = following;
  const { stdout, stderr, clock } = surroundings;
  const view = createProgressView(options.json ? stderr : stdout, clock);
  const runIds = runs.map((run) => run.databaseId);
  try {
    const watched = await watchRuns(api, runIds, { view, surroundings, timeout: options.timeout });
    if (watched.end === 'FINISHED') return watched.runs;
    view.end();
    throw explainEnd(watched, runIds, options);
  } finally {
    view.end();
  }
}

/** Why watching ended before the runs, and what becomes of them. What holds them was told when it was seen. */
function explainEnd(
  { runs, end }: Watched,
  runIds: readonly number[],
  { timeout = 0, server }: Following['options'],
): CommandFailed {
  const open = runs.filter((run) => run.status !== 'FINISHED');
  const ids = open.length > 0 ? open.map((run) => run.databaseId) : runIds;
  const named = `${ids.length === 1 ? 'run' : 'runs'} ${ids.join(', ')}`;
  const after = `${named} had not finished after ${formatSeconds(timeout / 1000)}`;
  const what = end === 'TIMEOUT' ? after : `stopped watching ${named}`;
  const who = server === undefined ? 'The next server or command' : 'The server';
  const lines = [
    `${what.charAt(0).toUpperCase()}${what.slice(1)}.`,
    `${who} goes on with what is left. See: hub replicate status ${ids[0] ?? ''}`,
  ];
  return new CommandFailed(end, lines.join('\n'));
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
  throw new CommandFailed('RUN_NOT_SUCCEEDED', poor.map(describePoor).join('\n'));
}

function describePoor(run: RunShown): string {
  const { databaseId: id, clusterId, stepsFailed, stepsTotal, errorMessage } = run;
  const failed = stepsFailed > 0 ? `, ${stepsFailed} of ${count(stepsTotal, 'step')} failed` : '';
  const reason = errorMessage ? `: ${errorMessage}` : '';
  const how = toWords(run.outcome ?? run.status);
  return `Run ${id} of ${clusterId}: ${how}${failed}${reason}\nSee: hub replicate status ${id}; try again: hub replicate retry ${id}`;
}

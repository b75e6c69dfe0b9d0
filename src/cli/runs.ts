import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import type { Block } from './output.ts';
import { paint } from './output/line.ts';
import { makeNote } from './output/note.ts';
import { makeTable, toMoment, type Cell } from './output/table.ts';
import { formatBytes } from './progress/format.ts';
import { count, showState, toWords } from './words.ts';

const runFields = `databaseId clusterId kind trigger status outcome stepsTotal stepsDone stepsFailed percent bytesDone bytesTotal
  bytesPerSecond estimatedEndAt
  errorCode errorMessage createdAt startedAt finishedAt waitingFor { reason since until message }`;
const stepFields = `databaseId kind phase name sourceVmid sourceNode targetNode targetStorage vmid way percent bytesDone bytesTotal
  bytesPerSecond attempts errorCode errorMessage errorDetail`;

const stepSchema = z.object({
  databaseId: z.int(),
  kind: z.string(),
  phase: z.string(),
  name: z.string(),
  sourceVmid: z.int().nullable(),
  sourceNode: z.string().nullable(),
  targetNode: z.string(),
  targetStorage: z.string().nullable(),
  vmid: z.int().nullable(),
  way: z.string(),
  percent: z.number(),
  bytesDone: z.coerce.bigint(),
  bytesTotal: z.coerce.bigint(),
  bytesPerSecond: z.number().nullable(),
  attempts: z.int(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  errorDetail: z.string().nullable(),
});

/** A run as commands print it with `--json`, without its steps. */
export const runSchema = z.object({
  databaseId: z.int(),
  clusterId: z.string(),
  kind: z.string(),
  trigger: z.string(),
  status: z.string(),
  outcome: z.string().nullable(),
  stepsTotal: z.int(),
  stepsDone: z.int(),
  stepsFailed: z.int(),
  percent: z.number(),
  bytesDone: z.coerce.bigint(),
  bytesTotal: z.coerce.bigint(),
  bytesPerSecond: z.number().nullable(),
  estimatedEndAt: z.string().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  waitingFor: z
    .object({
      reason: z.string(),
      since: z.string().nullable(),
      until: z.string().nullable(),
      message: z.string(),
    })
    .nullable(),
});

/** A run with its steps. */
export const wholeRunSchema = runSchema.extend({ steps: z.array(stepSchema) });

export type RunShown = z.output<typeof runSchema>;
export type WholeRunShown = z.output<typeof wholeRunSchema>;
type StepOfRun = WholeRunShown['steps'][number];
export { runFields };

const runsDocument = `query ($clusterId: String, $first: Int) {
  replicationRuns(clusterId: $clusterId, first: $first) { nodes { ${runFields} } }
}`;
const runDocument = `query ($id: ID!) { replicationRun(id: $id) { ${runFields} steps { ${stepFields} } } }`;

/** The API's id of a run of this number. */
export function encodeRunId(runId: number): string {
  return Buffer.from(`ReplicationRun:${runId}`).toString('base64');
}

/** The latest runs, newest first. */
export async function listRuns(
  api: HubApi,
  filter: { clusterId?: string; first: number },
): Promise<RunShown[]> {
  const schema = z.object({ replicationRuns: z.object({ nodes: z.array(runSchema) }) });
  return (await api.ask(runsDocument, filter, schema)).replicationRuns.nodes;
}

/** One run with its steps, or null where there is none of this number. */
export async function findRun(api: HubApi, runId: number): Promise<WholeRunShown | null> {
  const schema = z.object({ replicationRun: wholeRunSchema.nullable() });
  return (await api.ask(runDocument, { id: encodeRunId(runId) }, schema)).replicationRun;
}

/** Runs for people: a table, and what holds those that wait. */
export function describeRuns(runs: readonly RunShown[]): Block[] {
  if (runs.length === 0) return ['There are no runs yet.'];
  return [
    makeTable(
      ['run', 'cluster', 'for', 'by', 'status', 'steps', 'failed', 'copied', 'asked for'],
      runs.map(describeRun),
    ),
    ...runs.flatMap(({ databaseId, waitingFor }) =>
      waitingFor ? [makeNote(paint('yellow', '!'), `run ${databaseId} waits: ${waitingFor.message}`)] : [],
    ),
  ];
}

function describeRun(run: RunShown): Cell[] {
  return [
    run.databaseId,
    run.clusterId,
    toWords(run.kind),
    toWords(run.trigger),
    showState(run.outcome ?? run.status),
    `${run.stepsDone}/${run.stepsTotal}`,
    run.stepsFailed || null,
    run.bytesDone > 0n ? formatBytes(run.bytesDone) : null,
    toMoment(run.createdAt),
  ];
}

/** A run with its steps: a table, what failed with the reasons, a line each, and sums. */
export function tellRun(run: WholeRunShown): Block[] {
  if (run.steps.length === 0) return describeRuns([run]);
  const bytes = run.steps.reduce((sum, step) => sum + step.bytesDone, 0n);
  return [
    ...describeRuns([run]),
    '',
    makeTable(['step', 'name', 'source', 'to', 'vmid', 'phase', '%', 'size'], run.steps.map(describeStep)),
    `${count(run.steps.length, 'step')}, ${formatBytes(bytes)} copied`,
    ...describeFailures(run.steps),
  ];
}

function describeStep(step: StepOfRun): Cell[] {
  return [
    step.databaseId,
    step.name,
    step.sourceVmid,
    step.targetNode,
    step.vmid,
    showState(step.phase),
    Math.round(step.percent),
    step.bytesTotal > 0n ? formatBytes(step.bytesTotal) : null,
  ];
}

/** Why steps failed or are tried again, a line each. */
export function describeFailures(steps: readonly StepOfRun[]): Block[] {
  return steps.flatMap(({ name, targetNode, errorMessage, phase }): Block[] => {
    if (errorMessage === null || phase === 'DONE') return [];
    const mark = phase === 'FAILED' ? paint('red', '✗') : paint('yellow', '!');
    return [makeNote(mark, `${name} → ${targetNode}: ${errorMessage}`)];
  });
}

import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import type { Cell } from './tables/render-table.ts';

const runFields = `databaseId clusterId kind trigger status outcome stepsTotal stepsDone stepsFailed percent bytesDone bytesTotal
  errorCode errorMessage createdAt startedAt finishedAt`;
const stepFields = `databaseId kind phase name sourceVmid sourceNode targetNode targetStorage vmid way percent bytesDone bytesTotal
  attempts errorCode errorMessage`;

const stepSchema = z.object({
  databaseId: z.int(),
  kind: z.string(),
  phase: z.string(),
  name: z.string(),
  sourceVmid: z.int(),
  sourceNode: z.string().nullable(),
  targetNode: z.string(),
  targetStorage: z.string().nullable(),
  vmid: z.int().nullable(),
  way: z.string(),
  percent: z.number(),
  bytesDone: z.coerce.bigint(),
  bytesTotal: z.coerce.bigint(),
  attempts: z.int(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
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
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

/** A run with its steps. */
export const wholeRunSchema = runSchema.extend({ steps: z.array(stepSchema) });

export type RunShown = z.output<typeof runSchema>;
export type WholeRunShown = z.output<typeof wholeRunSchema>;
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

export const runHeadings = ['run', 'cluster', 'kind', 'trigger', 'status', 'steps', 'failed', 'created'];

/** A run as a row under `runHeadings`. */
export function describeRun(run: RunShown): Cell[] {
  const status = (run.outcome ?? run.status).toLowerCase();
  const steps = `${run.stepsDone}/${run.stepsTotal}`;
  return [
    run.databaseId,
    run.clusterId,
    run.kind.toLowerCase(),
    run.trigger.toLowerCase(),
    status,
    steps,
    run.stepsFailed,
    run.createdAt,
  ];
}

export const stepHeadings = ['step', 'name', 'source', 'target', 'vmid', 'phase', 'percent', 'error'];

/** A step as a row under `stepHeadings`. */
export function describeStep(step: WholeRunShown['steps'][number]): Cell[] {
  const { databaseId, name, sourceVmid, targetNode, vmid, phase, percent, errorMessage } = step;
  return [
    databaseId,
    name,
    sourceVmid,
    targetNode,
    vmid,
    phase.toLowerCase(),
    Math.round(percent),
    errorMessage ?? '',
  ];
}

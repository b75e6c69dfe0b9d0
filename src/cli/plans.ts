import { z } from 'zod';
import type { Block } from './output.ts';
import { paint } from './output/line.ts';
import { makeNote } from './output/note.ts';
import { makeTable, type Cell } from './output/table.ts';
import { describeRemovals, removalFields, removalsSchema } from './planned-removals.ts';
import { formatBytes } from './progress/format.ts';
import { showState, toWords } from './words.ts';

/** The fields of `planSchema` in a document of the API. */
export const planFields = `clusterId errorCode errorMessage remarks
  lines { sourceVmid sourceName sourceNode targetNode state vmid way targetStorage copyVmid bytes reasonCode reason
    warnings { code message } }
  ${removalFields}`;

const planLineSchema = z.object({
  sourceVmid: z.int(),
  sourceName: z.string(),
  sourceNode: z.string().nullable(),
  targetNode: z.string(),
  state: z.string(),
  vmid: z.int().nullable(),
  way: z.string().nullable(),
  targetStorage: z.string().nullable(),
  copyVmid: z.int().nullable(),
  bytes: z.coerce.bigint().nullable(),
  reasonCode: z.string().nullable(),
  reason: z.string().nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});

/** What a replication of one cluster would do, as commands print it with `--json`. */
export const planSchema = removalsSchema.extend({
  clusterId: z.string(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  remarks: z.array(z.string()),
  lines: z.array(planLineSchema),
});

export type PlanShown = z.output<typeof planSchema>;
type PlanLine = PlanShown['lines'][number];

/** A plan for people: what would be made, the sum of it, and what is not possible and why. `all` = also what is in place. */
export function describePlan(plan: PlanShown, all: boolean): Block[] {
  if (plan.errorCode !== null && plan.lines.length === 0) return [];
  const asked = plan.lines.filter((line) => line.reasonCode !== 'NOT_REQUESTED');
  const shown = asked.filter((line) => (all ? !isImpossible(line) : isWork(line)));
  const sum = sumPlan(asked, plan);
  return [
    [paint('bold', plan.clusterId), `: ${sum}`],
    makeTable(['vmid', 'name', 'to', 'state', 'how', 'storage', 'size'], shown.map(describeLine)),
    ...describeRemovals(plan),
    ...describeReasons(asked.filter((line) => all || !isQuiet(line))),
    ...describeWarnings(asked),
    ...describeRemarks(plan.remarks),
  ];
}

/** Something is to be made. */
function isWork({ state, way }: PlanLine): boolean {
  return state === 'WANTED' || state === 'BEING_MADE' || (state === 'OUTDATED' && way !== null);
}

/** It is wanted, and nothing can be done about it now. */
function isImpossible({ state }: PlanLine): boolean {
  return state === 'NOT_POSSIBLE' || state === 'FAILED';
}

/** Nothing is to be done about it. */
function isQuiet({ state }: PlanLine): boolean {
  return state === 'PRESENT' || state === 'NOT_WANTED';
}

function sumPlan(lines: readonly PlanLine[], { remove, keep }: PlanShown): string {
  const work = lines.filter(isWork);
  const bytes = work.reduce((sum, line) => sum + (line.bytes ?? 0n), 0n);
  const [impossible, failed] = ['NOT_POSSIBLE', 'FAILED'].map(
    (wanted) => lines.filter(({ state }) => state === wanted).length,
  );
  const parts = [
    ...(work.length > 0 ? [`${work.length} to make, ${formatBytes(bytes)}`] : []),
    ...(remove.length > 0 ? [`${remove.length} to remove`] : []),
    ...(keep.length > 0 ? [`${keep.length} kept`] : []),
    ...(failed ? [`${failed} failed`] : []),
    ...(impossible ? [`${impossible} not possible`] : []),
  ];
  return parts.join('; ') || 'everything is in place';
}

function describeLine(line: PlanLine): Cell[] {
  return [
    line.sourceVmid,
    line.sourceName,
    line.targetNode,
    showState(line.state),
    line.way,
    line.targetStorage,
    line.bytes === null ? null : formatBytes(line.bytes),
  ];
}

/** Why something is not possible, or not as one would think: a sentence for each reason on a node, with the templates. */
function describeReasons(lines: readonly PlanLine[]): Block[] {
  const groups = new Map<string, PlanLine[]>();
  for (const line of lines) {
    if (line.reason === null) continue;
    const key = JSON.stringify([line.state, line.targetNode, line.reason]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].flatMap((group) => describeGroup(group));
}

function describeGroup(group: readonly PlanLine[]): Block[] {
  const [first] = group;
  if (!first) return [];
  const names = group.map(({ sourceName, sourceVmid }) => `${sourceName} (${sourceVmid})`).join(', ');
  const mark = first.state === 'FAILED' ? paint('red', '✗') : paint('yellow', '!');
  const words = `${toWords(first.state)}: ${names} on ${first.targetNode}: ${first.reason ?? ''}`;
  return [makeNote(mark, words)];
}

/** What deserves a look of the policy as a whole. */
export function describeRemarks(remarks: readonly string[]): Block[] {
  return remarks.map((remark) => makeNote(paint('yellow', '!'), remark));
}

/** What deserves a look although it is made, each sentence once. */
function describeWarnings(lines: readonly PlanLine[]): Block[] {
  const messages = new Set(lines.flatMap(({ warnings }) => warnings.map(({ message }) => message)));
  return [...messages].map((message) => makeNote(paint('yellow', '!'), `warning: ${message}`));
}

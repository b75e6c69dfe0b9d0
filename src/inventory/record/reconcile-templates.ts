import type { ChangeKind } from '../../../prisma/generated/sqlite/enums.ts';
import { resolveLineage, type Lineage } from '../lineage/lineage.ts';
import type { TemplateRow } from '../observe/known-templates.ts';
import { isReopenedSince } from '../lineage/reopened.ts';
import type { ClusterObservation, ObservedTemplate } from '../observe/observation.ts';
import { writeColumns, type ScannedColumns } from './template-row-data.ts';

/** One thing that happened to a template; `rowId` is undefined for a row that is yet to be created. */
export interface RowChange {
  kind: ChangeKind;
  rowId: number | undefined;
  vmid: number;
  name: string;
  node: string | null;
  fromNode?: string;
  detail?: string;
}

/** What a scan changes in the store. */
export interface TemplateChanges {
  creates: (Partial<ScannedColumns> & { vmid: number; name: string })[];
  updates: { id: number; columns: Partial<ScannedColumns> }[];
  /** Rows that were seen: their `lastVerifiedAt` moves. */
  verified: number[];
  changes: RowChange[];
}

export interface ReconcileInput {
  observation: ClusterObservation;
  /** The cluster's rows, by id. */
  rows: readonly TemplateRow[];
  /** What rows name the cluster by besides its id. */
  host: string;
  classIds: ReadonlySet<number>;
  /** Without those that are deleted. */
  livingClassIds: ReadonlySet<number>;
}

/**
 * What the rows have to become after a scan. Pure. Identity is (cluster, vmid): a template that moved keeps its row.
 * Only what was seen is written, only what is gone for certain becomes MISSING, and nothing is ever deleted.
 */
export function reconcileTemplates(input: ReconcileInput): TemplateChanges {
  const { observation, host, classIds, livingClassIds } = input;
  const rows = input.rows.filter((row) => !isNewer(row, observation.at));
  const byVmid = Map.groupBy(rows, ({ vmid }) => vmid);
  const newer = new Set(input.rows.filter((row) => isNewer(row, observation.at)).map(({ vmid }) => vmid));
  const templates = observation.templates.filter(({ seen, vmid }) => seen && !newer.has(vmid));
  const survivors = new Map(
    templates.map((one) => [one.vmid, chooseSurvivor(byVmid.get(one.vmid) ?? [], one, host)]),
  );
  const lineages = readLineages(input, survivors);
  const nodeOf = new Map(observation.templates.map(({ vmid, node }) => [vmid, node]));
  const context = { observation, host, classIds, livingClassIds, nodeOf };
  const known = new Map(input.rows.map((row) => [row.vmid, survivors.get(row.vmid) ?? row]));

  const result: TemplateChanges = { creates: [], updates: [], verified: [], changes: [] };
  for (const template of templates) {
    const row = survivors.get(template.vmid);
    const lineage = lineages.get(template.vmid) ?? { role: 'original', marked: false };
    const state = judgeState({ lineage, row, observation, known });
    const columns = writeColumns(template, { row, lineage, state }, context);
    if (row) updateRow(row, columns, result);
    else createRow(template, columns, result);
    const doubles = (byVmid.get(template.vmid) ?? []).filter((other) => other !== row);
    for (const double of doubles) loseRow(double, { observation, result, detail: 'double of another row' });
  }
  const gone = new Set(observation.gone);
  for (const row of rows) if (gone.has(row.vmid)) loseRow(row, { observation, result });
  return result;
}

/** Somebody saw it after this scan began: a scan that took long must not take that back. */
function isNewer({ lastVerifiedAt, imported }: TemplateRow, at: number): boolean {
  return !imported && lastVerifiedAt !== null && lastVerifiedAt.getTime() > at;
}

/** Of several rows of one vmid (left by the predecessor) the one on the real node lives, or else the oldest. */
function chooseSurvivor(
  rows: readonly TemplateRow[],
  { node }: ObservedTemplate,
  host: string,
): TemplateRow | undefined {
  const here = rows.filter((row) => row.node === node);
  return here.find(({ clusterIp }) => clusterIp === host) ?? here[0] ?? rows[0];
}

function readLineages(
  { observation, rows }: ReconcileInput,
  survivors: ReadonlyMap<number, TemplateRow | undefined>,
): Map<number, Lineage> {
  const generations = new Map(observation.templates.map(({ vmid, details }) => [vmid, details?.generation]));
  const unique = new Map(rows.map((row) => [row.vmid, survivors.get(row.vmid) ?? row]));
  const believed = [...unique.values()].map((row) => forgetRebuilt(row, generations.get(row.vmid)));
  const nodes = observation.nodes.map(({ name }) => name);
  return resolveLineage({ templates: observation.templates, rows: believed, nodes });
}

/** A template with new content under an old id is not what its row says, unless its own marker says so again. */
function forgetRebuilt(row: TemplateRow, generation: string | undefined): TemplateRow {
  if (generation === undefined || row.generation === null || row.generation === generation) return row;
  return {
    ...row,
    isReplica: false,
    isClassTemplate: false,
    sourceVmid: null,
    sourceGeneration: null,
    classId: null,
  };
}

interface StateInput {
  lineage: Lineage;
  row: TemplateRow | undefined;
  observation: ClusterObservation;
  /** The rows that were there before, by vmid. */
  known: ReadonlyMap<number, TemplateRow>;
}

/** When the source cannot be seen now, what was known of it stays. */
function judgeState({ lineage, row, observation, known }: StateInput): TemplateRow['state'] {
  const { role, sourceVmid, sourceGeneration } = lineage;
  if (role !== 'replica' || sourceVmid === undefined) return 'PRESENT';
  if (observation.gone.includes(sourceVmid)) return 'ORPHANED';
  const source = observation.templates.find(({ vmid }) => vmid === sourceVmid);
  const generation = source?.seen === true ? source.details?.generation : undefined;
  if (generation === undefined)
    return row?.state === 'OUTDATED' || row?.state === 'ORPHANED' ? row.state : 'PRESENT';
  if (isReopenedSince(known.get(sourceVmid), row)) return 'OUTDATED';
  return sourceGeneration === undefined || sourceGeneration === generation ? 'PRESENT' : 'OUTDATED';
}

function createRow(
  template: ObservedTemplate,
  columns: Partial<ScannedColumns>,
  result: TemplateChanges,
): void {
  const { vmid, name, node } = template;
  result.creates.push({ ...columns, vmid, name });
  result.changes.push({ kind: 'APPEARED', rowId: undefined, vmid, name, node });
}

function updateRow(row: TemplateRow, columns: Partial<ScannedColumns>, result: TemplateChanges): void {
  result.verified.push(row.id);
  result.changes.push(...describeChanges(row, columns));
  const changed = Object.entries(columns).filter(([key, value]) => !isSame(readColumn(row, key), value));
  if (changed.length > 0) result.updates.push({ id: row.id, columns: Object.fromEntries(changed) });
}

function describeChanges(row: TemplateRow, columns: Partial<ScannedColumns>): RowChange[] {
  const { name = row.name, node = row.node, generation = row.generation, state } = columns;
  const base = { rowId: row.id, vmid: row.vmid, name, node };
  const changes: RowChange[] = [];
  if (row.state === 'MISSING') changes.push({ ...base, kind: 'RETURNED' });
  if (row.node !== null && row.node !== node) changes.push({ ...base, kind: 'MOVED', fromNode: row.node });
  if (row.name !== name) changes.push({ ...base, kind: 'RENAMED', detail: `was ${row.name}` });
  if (row.generation !== null && row.generation !== generation) {
    changes.push({ ...base, kind: 'REBUILT', detail: `generation ${row.generation} became ${generation}` });
  }
  if (state === 'OUTDATED' && row.state !== state) changes.push({ ...base, kind: 'OUTDATED' });
  if (state === 'ORPHANED' && row.state !== state) changes.push({ ...base, kind: 'ORPHANED' });
  return changes;
}

interface LossInput {
  observation: ClusterObservation;
  result: TemplateChanges;
  detail?: string;
}

function loseRow(row: TemplateRow, { observation, result, detail }: LossInput): void {
  if (row.state === 'MISSING') return;
  const missingSince = new Date(observation.at);
  const { clusterId, guests } = observation;
  // The guest is there and no template: whatever is done to it now, its copies will not have.
  const reopened = guests.some((guest) => guest.vmid === row.vmid && guest.template === false);
  const reopenedAt = reopened ? missingSince : undefined;
  result.updates.push({
    id: row.id,
    columns: { state: 'MISSING', missingSince, clusterId, reopenedAt },
  });
  const { id, vmid, name, node } = row;
  result.changes.push({ kind: 'VANISHED', rowId: id, vmid, name, node, detail });
}

function readColumn(row: TemplateRow, key: string): unknown {
  return Object.entries(row).find(([column]) => column === key)?.[1];
}

function isSame(before: unknown, after: unknown): boolean {
  return after === undefined || before === after;
}

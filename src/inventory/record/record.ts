import type { ChangeKind } from '../../../prisma/generated/sqlite/enums.ts';
import type { Database } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import { readTemplateRows } from '../observe/known-templates.ts';
import type { ClusterObservation } from '../observe/observation.ts';
import { readClusterAddress } from './cluster-address.ts';
import {
  forgetNodeStates,
  recordCluster,
  recordNodes,
  recordStorages,
  type RecordedCluster,
} from './record-cluster.ts';
import { reconcileTemplates, type TemplateChanges } from './reconcile-templates.ts';

/** One change that a recording wrote. */
export interface RecordedChange {
  kind: ChangeKind;
  templateId: number;
  vmid: number;
}

/** What a recording did. */
export interface RecordSummary {
  clusterId: string;
  reachable: boolean;
  complete: boolean;
  /** Templates whose `lastVerifiedAt` moved. */
  verified: number;
  /** In the order in which they were written. */
  changes: RecordedChange[];
}

/** So often a recording is tried again when another process wrote the same row first. */
const mostAttempts = 5;

/**
 * Writes an observation into the store, in two short transactions: the cluster with its nodes and storages, then its
 * templates with what happened to them. Nothing is deleted; of a cluster that was not reached only the fault is kept,
 * and that nobody knows how its nodes are.
 */
export async function recordObservation(
  store: Store,
  observation: ClusterObservation,
  cluster: RecordedCluster,
): Promise<RecordSummary> {
  await retryConflicts(() =>
    store.transaction(async (database) => {
      await lockCluster(database, observation);
      await recordCluster(database, observation, cluster);
      if (!observation.reachable) return forgetNodeStates(database, observation.clusterId);
      await recordNodes(database, observation);
      await recordStorages(database, observation);
    }),
  );
  const { clusterId, reachable, complete } = observation;
  if (!reachable) return { clusterId, reachable, complete, verified: 0, changes: [] };
  const recorded = await retryConflicts(() =>
    store.transaction((database) => recordTemplates(database, observation, cluster)),
  );
  return { clusterId, reachable, complete, ...recorded };
}

/**
 * Writes before anything is read: SQLite gives the lock to one process at a time only so (a snapshot that others have
 * written past cannot be written to any more), and on PostgreSQL two servers take turns at the cluster's row.
 */
async function lockCluster(database: Database, { clusterId, at }: ClusterObservation): Promise<void> {
  await database.cluster.updateMany({ where: { id: clusterId }, data: { lastScanStartedAt: new Date(at) } });
}

async function recordTemplates(
  database: Database,
  observation: ClusterObservation,
  { host }: RecordedCluster,
): Promise<Pick<RecordSummary, 'verified' | 'changes'>> {
  await lockCluster(database, observation);
  const rows = await readTemplateRows(database, { id: observation.clusterId, host });
  const classes = await database.class.findMany({ select: { id: true, state: true } });
  const listIds = (some: typeof classes) => new Set(some.map(({ id }) => id));
  const wanted = reconcileTemplates({
    observation,
    rows,
    host: (await readClusterAddress(database, observation.clusterId)) ?? host,
    classIds: listIds(classes),
    livingClassIds: listIds(classes.filter(({ state }) => state !== 'DELETED')),
  });
  const created = await writeRows(database, wanted, new Date(observation.at));
  const changes = wanted.changes.flatMap(({ rowId, ...change }) => {
    const templateId = rowId ?? created.get(change.vmid);
    return templateId === undefined ? [] : [{ ...change, templateId }];
  });
  const { clusterId, at } = observation;
  await database.templateChange.createMany({
    data: changes.map((change) => ({ ...change, clusterId, at: new Date(at) })),
  });
  return { verified: wanted.verified.length + created.size, changes };
}

/** @returns the ids of created rows by vmid. */
async function writeRows(
  database: Database,
  wanted: TemplateChanges,
  at: Date,
): Promise<Map<number, number>> {
  // Doubles are let go before a survivor takes their place.
  for (const { id, columns } of wanted.updates)
    await database.template.update({ where: { id }, data: columns });
  for (const ids of chunk(wanted.verified, 1000)) {
    await database.template.updateMany({ where: { id: { in: ids } }, data: { lastVerifiedAt: at } });
  }
  const data = wanted.creates.map((columns) => ({ ...columns, createdAt: at, lastVerifiedAt: at }));
  const created = await database.template.createManyAndReturn({ data, select: { id: true, vmid: true } });
  return new Map(created.map(({ id, vmid }) => [vmid, id]));
}

function chunk<Value>(values: readonly Value[], size: number): Value[][] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size));
}

/** Two servers on one store may find the same new template at once: whoever comes second reads again. */
async function retryConflicts<Result>(work: () => Promise<Result>, attempt = 1): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (attempt >= mostAttempts || !isConflict(error)) throw error;
    return retryConflicts(work, attempt + 1);
  }
}

/**
 * P2002: the unique row is there already; P2034: the database broke off one of two transactions; P1008: SQLite's
 * snapshot was outdated when the transaction came to write.
 */
function isConflict(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === 'P2002' || error.code === 'P2034' || error.code === 'P1008';
}

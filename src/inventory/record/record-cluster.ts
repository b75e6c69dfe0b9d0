import type { Database } from '../../store/database.ts';
import { findClusterEvent, judgeScan } from './cluster-status.ts';
import type { ClusterObservation, ObservedNode, ObservedStorage } from '../observe/observation.ts';

/** A configured cluster, and the time of the recording. */
export interface RecordedCluster {
  name: string;
  host: string;
  port?: number;
  /** Epoch milliseconds. */
  now: number;
}

/** Writes what a scan says of the cluster itself, and the event of it. One that was not reached keeps what was known of it. */
export async function recordCluster(
  database: Database,
  observation: ClusterObservation,
  { name, host, port, now }: RecordedCluster,
): Promise<void> {
  const { clusterId: id, reachable, fault, quorate, version, pveName } = observation;
  const status = judgeScan(observation);
  const before = await database.cluster.findUnique({
    where: { id },
    select: { status: true, lastErrorCode: true },
  });
  const started = {
    lastScanStartedAt: new Date(observation.at),
    status,
    statusSince: before?.status === status ? undefined : new Date(now),
  };
  const failed = {
    lastErrorAt: new Date(now),
    lastErrorCode: fault?.code ?? null,
    lastErrorMessage: fault?.message ?? null,
  };
  const noError = { lastErrorAt: null, lastErrorCode: null, lastErrorMessage: null };
  const seen = {
    lastScanAt: new Date(now),
    quorate: quorate ?? null,
    version,
    pveName,
    ...(fault ? failed : noError),
  };
  const columns = { ...started, ...(reachable ? seen : failed) };
  await database.cluster.upsert({
    where: { id },
    create: { id, name, host, port, ...columns },
    update: columns,
  });
  const known = before === null ? undefined : { status: before.status, code: before.lastErrorCode };
  const kind = findClusterEvent(known, { status, code: fault?.code ?? null });
  if (kind === undefined) return;
  const { code, message } = fault ?? {};
  await database.hubEvent.create({ data: { at: new Date(now), kind, clusterId: id, code, message } });
}

/** Nobody knows how the nodes of a cluster are that was not reached. When each was seen last stays. */
export async function forgetNodeStates(database: Database, clusterId: string): Promise<void> {
  await database.node.updateMany({ where: { clusterId }, data: { state: 'UNKNOWN' } });
}

/** Writes all nodes. One that is no member any more is UNKNOWN. */
export async function recordNodes(database: Database, observation: ClusterObservation): Promise<void> {
  const { clusterId, nodes, at } = observation;
  const rows = new Map(
    (await database.node.findMany({ where: { clusterId } })).map((row) => [row.name, row]),
  );
  const missing = nodes.filter(({ name }) => !rows.has(name));
  await database.node.createMany({
    data: missing.map((node) => ({ clusterId, name: node.name, ...writeNode(node, at) })),
  });
  for (const node of nodes) {
    const row = rows.get(node.name);
    rows.delete(node.name);
    if (row) await database.node.update({ where: { id: row.id }, data: writeNode(node, at) });
  }
  const message = 'No longer a member of the cluster';
  const left = { state: 'UNKNOWN' as const, lastErrorCode: 'NODE_NOT_A_MEMBER', lastErrorMessage: message };
  await database.node.updateMany({
    where: { id: { in: [...rows.values()].map(({ id }) => id) } },
    data: left,
  });
}

function writeNode(
  { state, cpus, memoryTotal, memoryUsed, guests, listed, fault }: ObservedNode,
  at: number,
) {
  return {
    state,
    cpus,
    memoryTotal: toBigInt(memoryTotal),
    memoryUsed: toBigInt(memoryUsed),
    guests,
    lastSeenAt: state === 'ONLINE' ? new Date(at) : undefined,
    lastErrorCode: listed ? null : (fault?.code ?? null),
    lastErrorMessage: listed ? null : (fault?.message ?? null),
  };
}

/** Writes all storages. One that is no longer told of is neither enabled nor active. */
export async function recordStorages(database: Database, observation: ClusterObservation): Promise<void> {
  const { clusterId, storages, at } = observation;
  const keyOf = ({ node, name }: { node: string; name: string }) => `${node}/${name}`;
  const rows = new Map(
    (await database.storage.findMany({ where: { clusterId } })).map((row) => [keyOf(row), row]),
  );
  const missing = storages.filter((storage) => !rows.has(keyOf(storage)));
  const lastSeenAt = new Date(at);
  await database.storage.createMany({
    data: missing.map(({ node, name, ...rest }) => ({
      clusterId,
      node,
      name,
      lastSeenAt,
      ...writeStorage(rest),
    })),
  });
  const seen: number[] = [];
  for (const storage of storages) {
    const row = rows.get(keyOf(storage));
    rows.delete(keyOf(storage));
    if (!row) continue;
    seen.push(row.id);
    const columns = writeStorage(storage);
    if (isStale(row, columns)) await database.storage.update({ where: { id: row.id }, data: columns });
  }
  await database.storage.updateMany({ where: { id: { in: seen } }, data: { lastSeenAt } });
  const lost = [...rows.values()].map(({ id }) => id);
  await database.storage.updateMany({ where: { id: { in: lost } }, data: { active: false, enabled: false } });
}

type StorageColumns = ReturnType<typeof writeStorage>;

function writeStorage({
  type,
  shared,
  content,
  active,
  total,
  available,
}: Omit<ObservedStorage, 'node' | 'name'>) {
  return {
    type,
    shared,
    content: [...content].sort().join(','),
    active,
    enabled: true,
    totalBytes: toBigInt(total) ?? null,
    availableBytes: toBigInt(available) ?? null,
  };
}

function isStale(row: StorageColumns, columns: StorageColumns): boolean {
  return (
    row.type !== columns.type ||
    row.shared !== columns.shared ||
    row.content !== columns.content ||
    row.active !== columns.active ||
    row.enabled !== columns.enabled ||
    row.totalBytes !== columns.totalBytes ||
    row.availableBytes !== columns.availableBytes
  );
}

function toBigInt(bytes: number | undefined): bigint | undefined {
  return bytes === undefined ? undefined : BigInt(Math.round(bytes));
}

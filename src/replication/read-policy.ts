import type { Database } from '../store/database.ts';
import type { Engine } from './engine.ts';
import { inQuietHours } from './policy/quiet-hours.ts';
import { replicationPolicySchema, type ReplicationPolicy } from './policy/policy.ts';
import type { PolicyInForce } from './policy/policy-in-force.ts';

/** The policy that holds for a cluster now; a paused cluster's is paused. */
export async function readPolicy(engine: Engine, clusterId: string): Promise<ReplicationPolicy> {
  const { prisma } = engine.store;
  const [stored, paused] = await Promise.all([
    prisma.replicationPolicy.findUnique({ where: { clusterId } }),
    isPaused(prisma, clusterId),
  ]);
  const { policy } = choosePolicy(engine, clusterId, stored);
  return paused ? { ...policy, paused: true } : policy;
}

/**
 * What holds for clusters and where it comes from, by cluster id; without those that are not configured. The one set
 * through the API stands over the clusters file's as a whole, and that over the defaults. A stored policy that is no
 * longer valid is passed over with a warning.
 */
export async function readPolicies(
  engine: Engine,
  clusterIds: readonly string[],
): Promise<Map<string, PolicyInForce>> {
  const known = clusterIds.filter((id) => engine.clusters.has(id));
  const rows = await engine.store.prisma.replicationPolicy.findMany({ where: { clusterId: { in: known } } });
  const stored = new Map(rows.map((row) => [row.clusterId, row]));
  return new Map(known.map((id) => [id, choosePolicy(engine, id, stored.get(id) ?? null)]));
}

/** The same policy, paused where its cluster is. */
export async function applyPause(
  engine: Engine,
  clusterId: string,
  policy: ReplicationPolicy,
): Promise<ReplicationPolicy> {
  return (await isPaused(engine.store.prisma, clusterId)) ? { ...policy, paused: true } : policy;
}

/** Whether no replication is begun now: the cluster is paused, or it is a quiet hour. */
export async function isHeld(engine: Engine, clusterId: string): Promise<boolean> {
  const policy = await readPolicy(engine, clusterId);
  return policy.paused || inQuietHours(policy, engine.clock.now());
}

async function isPaused(database: Pick<Database, 'cluster'>, clusterId: string): Promise<boolean> {
  const row = await database.cluster.findUnique({ where: { id: clusterId }, select: { paused: true } });
  return row?.paused ?? false;
}

interface StoredPolicy {
  clusterId: string;
  policy: string;
  updatedAt: Date;
}

function choosePolicy(engine: Engine, clusterId: string, stored: StoredPolicy | null): PolicyInForce {
  const policy = stored === null ? undefined : parseStored(engine, stored);
  if (stored !== null && policy !== undefined) {
    return { clusterId, policy, source: 'STORED', storedAt: stored.updatedAt };
  }
  const written = engine.policies.get(clusterId);
  const source = written === undefined ? 'DEFAULT' : 'CLUSTERS_FILE';
  return { clusterId, policy: replicationPolicySchema.parse(written ?? {}), source };
}

function parseStored(engine: Engine, stored: StoredPolicy): ReplicationPolicy | undefined {
  const parsed = replicationPolicySchema.safeParse(JSON.parse(stored.policy));
  if (parsed.success) return parsed.data;
  const { clusterId } = stored;
  engine.logger.warn(
    { clusterId, faults: parsed.error.issues },
    'stored replication policy is not valid; the configured one holds',
  );
  return undefined;
}

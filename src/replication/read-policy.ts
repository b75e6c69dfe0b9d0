import type { Database } from '../store/store.ts';
import type { Engine } from './engine.ts';
import { inQuietHours } from './policy/quiet-hours.ts';
import { replicationPolicySchema, type ReplicationPolicy } from './policy/policy.ts';

/**
 * The policy that holds for a cluster now: the one set through the API, else the clusters file's, else the defaults; a
 * paused cluster's is paused. A stored policy that is no longer valid is passed over with a warning.
 */
export async function readPolicy(engine: Engine, clusterId: string): Promise<ReplicationPolicy> {
  const { prisma } = engine.store;
  const [stored, paused] = await Promise.all([
    prisma.replicationPolicy.findUnique({ where: { clusterId } }),
    isPaused(prisma, clusterId),
  ]);
  const configured = replicationPolicySchema.parse(engine.policies.get(clusterId) ?? {});
  const policy = stored === null ? configured : (parseStored(engine, stored) ?? configured);
  return paused ? { ...policy, paused: true } : policy;
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

function parseStored(
  engine: Engine,
  stored: { clusterId: string; policy: string },
): ReplicationPolicy | undefined {
  const parsed = replicationPolicySchema.safeParse(JSON.parse(stored.policy));
  if (parsed.success) return parsed.data;
  const { clusterId } = stored;
  engine.logger.warn(
    { clusterId, faults: parsed.error.issues },
    'stored replication policy is not valid; the configured one holds',
  );
  return undefined;
}

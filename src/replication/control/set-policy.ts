import { getCluster, type Engine } from '../engine.ts';
import { checkPolicy } from '../policy/check-policy.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import { findUnknownNames } from '../policy/unknown-names.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { applyPause, readPolicies } from '../read-policy.ts';
import type { PolicyChange, PolicyChangeAnswer } from '../replicator.ts';
import { once } from './once.ts';
import { answerPlan } from './plan-answer.ts';

/**
 * Stores the policy of a cluster: from the next plan on it stands over the clusters file's, as a whole. A dry run stores
 * nothing and answers the plan that it would lead to.
 * @throws InvalidPolicyError
 * @throws ReplicationError CLUSTER_NOT_FOUND, IDEMPOTENCY_CONFLICT
 */
export async function setPolicy(engine: Engine, change: PolicyChange): Promise<PolicyChangeAnswer> {
  const { clusterId, idempotencyKey, dryRun = false } = change;
  const { bell } = getCluster(engine, clusterId);
  const policy = checkPolicy(change.policy);
  if (dryRun) return tryPolicy(engine, clusterId, policy);
  const storedAt = await storePolicy(engine, { clusterId, policy, idempotencyKey });
  bell.ring();
  return {
    clusterId,
    policy,
    source: 'STORED',
    storedAt,
    remarks: await judgeNames(engine, clusterId, policy),
  };
}

async function tryPolicy(
  engine: Engine,
  clusterId: string,
  policy: ReplicationPolicy,
): Promise<PolicyChangeAnswer> {
  const wanted = await applyPause(engine, clusterId, policy);
  const [plan] = await answerPlan(engine, { clusterId }, wanted);
  return { clusterId, policy, source: 'STORED', plan, remarks: plan?.remarks };
}

/** What the policy names and the last scan did not see. */
async function judgeNames(
  { store: { prisma } }: Engine,
  clusterId: string,
  policy: ReplicationPolicy,
): Promise<string[]> {
  const where = { where: { clusterId }, select: { name: true } } as const;
  const [nodes, storages] = await Promise.all([prisma.node.findMany(where), prisma.storage.findMany(where)]);
  const listNames = (rows: readonly { name: string }[]) => [...new Set(rows.map(({ name }) => name))];
  const originals = {
    clusterId,
    isReplica: false,
    isClassTemplate: false,
    state: { not: 'MISSING' },
  } as const;
  const templates = await prisma.template.findMany({ where: originals, select: { vmid: true, name: true } });
  return findUnknownNames(policy, { nodes: listNames(nodes), storages: listNames(storages), templates });
}

async function storePolicy(
  engine: Engine,
  { clusterId, policy, idempotencyKey }: PolicyChange & { policy: ReplicationPolicy },
): Promise<Date> {
  const options = { key: idempotencyKey, mutation: 'setReplicationPolicy', input: { clusterId, policy } };
  const [storedAt] = await once(engine, options, async (database) => {
    const now = engine.clock.now();
    const data = { policy: JSON.stringify(policy), updatedAt: new Date(now) };
    await database.replicationPolicy.upsert({
      where: { clusterId },
      create: { clusterId, ...data },
      update: data,
    });
    engine.logger.info({ clusterId, policy }, 'replication policy stored');
    // What a repeat is answered: the moment of the first time.
    return [now];
  });
  return new Date(storedAt ?? engine.clock.now());
}

/**
 * Takes a stored policy away: the clusters file's holds again. Nothing happens where none is stored.
 * @throws ReplicationError CLUSTER_NOT_FOUND
 */
export async function resetPolicy(engine: Engine, clusterId: string): Promise<PolicyInForce> {
  const { bell } = getCluster(engine, clusterId);
  const { count } = await engine.store.prisma.replicationPolicy.deleteMany({ where: { clusterId } });
  if (count > 0) engine.logger.info({ clusterId }, 'stored replication policy taken away');
  bell.ring();
  const inForce = (await readPolicies(engine, [clusterId])).get(clusterId);
  if (inForce !== undefined) return inForce;
  throw new TypeError(`the configured cluster ${clusterId} has no policy`);
}

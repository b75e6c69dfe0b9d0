import { getCluster, type Engine } from '../engine.ts';

/** Holds or goes on with a cluster's replication. @throws ReplicationError CLUSTER_NOT_FOUND */
export async function setPaused(engine: Engine, clusterId: string, paused: boolean): Promise<void> {
  const { bell } = getCluster(engine, clusterId);
  await engine.store.prisma.cluster.update({ where: { id: clusterId }, data: { paused } });
  engine.logger.info({ clusterId, paused }, paused ? 'replication paused' : 'replication resumed');
  bell.ring();
}

import { getCluster, type Engine } from '../engine.ts';

/** Holds or goes on with a cluster's replication. @throws ReplicationError CLUSTER_NOT_FOUND */
export async function setPaused(engine: Engine, clusterId: string, paused: boolean): Promise<void> {
  const { bell } = getCluster(engine, clusterId);
  const pausedAt = paused ? new Date(engine.clock.now()) : null;
  // One that is held already is held since then.
  await engine.store.prisma.cluster.updateMany({
    where: { id: clusterId, paused: !paused },
    data: { paused, pausedAt },
  });
  engine.logger.info({ clusterId, paused }, paused ? 'replication paused' : 'replication resumed');
  bell.ring();
}

import type { Store } from './store.ts';

/** What the store keeps of a configured cluster: never its credentials. */
export interface ConfiguredCluster {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Writes which clusters are configured. Clusters that no longer are keep their rows and are marked; template rows of
 * a host that belonged to no cluster (imported ones) get the cluster that now has this host.
 */
export async function recordConfiguredClusters(
  store: Store,
  clusters: readonly ConfiguredCluster[],
): Promise<void> {
  await store.transaction(async (database) => {
    await database.cluster.updateMany({
      where: { id: { notIn: clusters.map(({ id }) => id) }, configured: true },
      data: { configured: false },
    });
    for (const { id, name, host, port } of clusters) {
      const facts = { name, host, port, configured: true };
      await database.cluster.upsert({ where: { id }, create: { id, ...facts }, update: facts });
      await database.template.updateMany({
        where: { clusterIp: host, clusterId: null },
        data: { clusterId: id },
      });
    }
  });
}

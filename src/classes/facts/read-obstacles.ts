import { readClusterFacts } from '../../inventory/observe/read-cluster-facts.ts';
import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { findStartObstacles } from '../../replication/plan/start-obstacles.ts';
import { mapStorages } from '../../replication/plan/storage-map.ts';
import type { Database } from '../../store/database.ts';
import { splitList } from '../class-settings.ts';
import type { SourceFacts } from './class-facts.ts';

/** What is asked: what copies of a template would miss on these nodes when they start. */
export interface ObstacleQuestion {
  clusterId: string;
  source: Pick<SourceFacts, 'needs'>;
  /** Those that answer. */
  nodes: readonly string[];
}

/** What machines like the original would miss on each node. What cannot be asked is not known, and not told. */
export async function readObstacles(
  database: Pick<Database, 'storage'>,
  client: ProxmoxClient,
  { clusterId, source, nodes }: ObstacleQuestion,
): Promise<Map<string, string[]>> {
  const storages = await readStorages(database, clusterId);
  const guest = { needs: source.needs, disks: [] };
  const facts = await readClusterFacts({ client, guests: [guest], nodes, storages });
  const known = { guest, facts, storages: mapStorages(storages) };
  return new Map(
    nodes.map((node) => [node, findStartObstacles({ ...known, node }).map(({ message }) => message)]),
  );
}

async function readStorages(
  database: Pick<Database, 'storage'>,
  clusterId: string,
): Promise<ObservedStorage[]> {
  const rows = await database.storage.findMany({ where: { clusterId }, orderBy: { name: 'asc' } });
  return rows.map(({ node, name, type, shared, content, active }) => ({
    node,
    name,
    type,
    shared,
    content: splitList(content),
    active,
  }));
}

import { readClusterFacts } from '../../inventory/observe/read-cluster-facts.ts';
import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { findHostObstacle } from '../../replication/plan/host-obstacles.ts';
import { findRightObstacle } from '../../replication/plan/right-obstacle.ts';
import { findStartObstacles } from '../../replication/plan/start-obstacles.ts';
import { mapStorages } from '../../replication/plan/storage-map.ts';
import type { Database } from '../../store/database.ts';
import { splitList } from '../class-settings.ts';
import type { ClassOrder, NodeFacts, SourceFacts } from './class-facts.ts';

/** What is asked about copies of an original. */
export interface ObstacleQuestion {
  order: Pick<ClassOrder, 'vmids'> & { clusterId: string; pool: string | null };
  source: Pick<SourceFacts, 'vmid' | 'node' | 'guest'>;
  /** Those that answer. */
  nodes: readonly string[];
}

/** What stands in the way of copies, and of their start. */
export interface Obstacles {
  /** Why there can be none at all. */
  refusal?: string;
  /** By node: what they would miss there, and why they cannot be moved there. */
  nodes: Map<string, Pick<NodeFacts, 'obstacles' | 'moveRefusal'>>;
}

/** What Proxmox would refuse, and what machines would miss. What cannot be asked is not known, and not told. */
export async function readObstacles(
  database: Pick<Database, 'storage'>,
  client: ProxmoxClient,
  { order, source, nodes }: ObstacleQuestion,
): Promise<Obstacles> {
  const { vmid, node: home, guest } = source;
  const storages = await readStorages(database, order.clusterId);
  const facts = await readClusterFacts({ client, guests: [guest], nodes, storages });
  const map = mapStorages(storages);
  const findRefusal = (target: string, migrates: boolean) =>
    findHostObstacle({ vmid, guest, node: home, target, migrates, facts })?.message;
  const right = findRightObstacle(facts, { pool: order.pool ?? undefined, vmidRange: order.vmids });
  return {
    refusal: right?.message ?? findRefusal(home, false),
    nodes: new Map(
      nodes.map((node) => {
        const missing = findStartObstacles({ guest, node, facts, storages: map });
        const obstacles = missing.map(({ message }) => message);
        return [node, { obstacles, moveRefusal: findRefusal(node, true) }];
      }),
    ),
  };
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

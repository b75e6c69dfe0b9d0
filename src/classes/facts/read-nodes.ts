import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { Database } from '../../store/database.ts';
import type { NodeFacts } from './class-facts.ts';
import { splitList } from '../class-settings.ts';

/** The nodes of a cluster with their storages, as the last scan saw them. */
export async function readNodes(
  database: Pick<Database, 'node' | 'storage'>,
  clusterId: string,
  kind: GuestKind,
): Promise<Omit<NodeFacts, 'obstacles' | 'moveRefusal'>[]> {
  const nodes = await database.node.findMany({ where: { clusterId }, orderBy: { name: 'asc' } });
  const storages = await database.storage.findMany({ where: { clusterId }, orderBy: { name: 'asc' } });
  const content = kind === 'qemu' ? 'images' : 'rootdir';
  return nodes.map(({ name, state, memoryTotal, memoryUsed }) => ({
    name,
    online: state === 'ONLINE',
    freeMemory: memoryTotal === null || memoryUsed === null ? undefined : Number(memoryTotal - memoryUsed),
    storages: storages
      .filter(({ node }) => node === name)
      .map((storage) => ({
        name: storage.name,
        type: storage.type,
        shared: storage.shared,
        usable: storage.active && storage.enabled && splitList(storage.content).includes(content),
        available: storage.availableBytes === null ? undefined : Number(storage.availableBytes),
      })),
  }));
}

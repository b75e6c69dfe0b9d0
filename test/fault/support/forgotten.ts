import { parseMarker } from '../../../src/inventory/lineage/marker.ts';
import type { ClusterState } from '../../../src/simulator/state.ts';
import type { Store } from '../../../src/store/store.ts';

/** Guests that carry our marker and that no row of the database names: nobody would ever take them away. */
export async function findForgotten(
  { id, guests }: ClusterState,
  { prisma }: Pick<Store, 'prisma'>,
): Promise<string[]> {
  const marked = guests.filter(({ vmid, config }) => parseMarker(config['description'], vmid) !== undefined);
  const within = { clusterId: id, vmid: { in: marked.map(({ vmid }) => vmid) } };
  const rows = await Promise.all([
    prisma.template.findMany({ where: { ...within, state: { not: 'MISSING' } }, select: { vmid: true } }),
    prisma.classMachine.findMany({ where: within, select: { vmid: true } }),
    prisma.looseGuest.findMany({ where: within, select: { vmid: true } }),
    // A step that is over and well has handed its guest on to one of the rows above.
    prisma.replicationStep.findMany({
      where: { ...within, phase: { not: 'DONE' }, kind: { not: 'REMOVE' } },
      select: { vmid: true },
    }),
  ]);
  const named = new Set(rows.flat().map(({ vmid }) => vmid));
  return marked.filter(({ vmid }) => !named.has(vmid)).map(({ vmid, node }) => `guest ${vmid} on ${node}`);
}

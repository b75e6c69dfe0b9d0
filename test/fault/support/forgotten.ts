import { parseMarker } from '../../../src/inventory/marker.ts';
import type { SimulatorState } from '../../../src/simulator/state.ts';
import type { Store } from '../../../src/store/store.ts';

/**
 * Guests that carry their own marker of ours and that no row names: neither a template or machine that counts as there,
 * nor a guest that is to go, nor a step that made it, is making it, or left it half made. There must never be one.
 */
export async function findForgotten({
  state,
  store,
}: {
  state: SimulatorState;
  store: Pick<Store, 'prisma'>;
}): Promise<string[]> {
  const found: string[] = [];
  for (const { id: clusterId, guests } of state.clusters) {
    const named = await readNamed(store, clusterId);
    const marked = guests.filter(
      ({ vmid, config }) => parseMarker(config['description'], vmid) !== undefined,
    );
    found.push(
      ...marked
        .filter(({ vmid }) => !named.has(vmid))
        .map(({ vmid, node }) => `guest ${vmid} on ${node} of ${clusterId}`),
    );
  }
  return found;
}

async function readNamed({ prisma }: Pick<Store, 'prisma'>, clusterId: string): Promise<Set<number>> {
  const there = { clusterId, state: { not: 'MISSING' } } as const;
  const rows = await Promise.all([
    prisma.template.findMany({ where: there, select: { vmid: true } }),
    prisma.classMachine.findMany({ where: there, select: { vmid: true } }),
    prisma.looseGuest.findMany({ where: { clusterId }, select: { vmid: true } }),
    prisma.replicationStep.findMany({ where: { clusterId, phase: { not: 'DONE' } }, select: { vmid: true } }),
  ]);
  return new Set(rows.flat().flatMap(({ vmid }) => vmid ?? []));
}

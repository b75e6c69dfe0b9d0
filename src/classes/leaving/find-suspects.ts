import type { ClusterObservation, ObservedGuest } from '../../inventory/observe/observation.ts';
import { readClaimedVmids } from '../../replication/step/vmid.ts';
import type { Database } from '../../store/database.ts';

/** So many guests are read in one scan at the most; the rest have their turn in later ones. */
const mostReads = 50;

/**
 * Guests that may be ours although no row names them: those that a step of ours once made, those in the range of a class,
 * and the neighbours of a class's base. Only these are read: a scan does not ask a large cluster about every guest.
 */
export async function findSuspects(
  database: Database,
  observation: ClusterObservation,
): Promise<ObservedGuest[]> {
  const { clusterId } = observation;
  const online = new Set(observation.nodes.filter(({ state }) => state === 'ONLINE').map(({ name }) => name));
  const [named, made, ranges] = await Promise.all([
    readNamedVmids(database, clusterId),
    readMadeVmids(database, clusterId),
    readRanges(database, observation),
  ]);
  const mayBeOurs = (vmid: number) =>
    made.has(vmid) || ranges.some(({ first, last }) => vmid >= first && vmid <= last);
  return observation.guests
    .filter(({ vmid, node, template }) => template !== true && online.has(node) && !named.has(vmid))
    .filter(({ vmid }) => mayBeOurs(vmid))
    .slice(0, mostReads);
}

/** Ids that some row stands for. */
export async function readNamedVmids(database: Database, clusterId: string): Promise<Set<number>> {
  const where = { clusterId };
  const [machines, templates, loose, claimed] = await Promise.all([
    database.classMachine.findMany({
      where: { ...where, state: { not: 'MISSING' } },
      select: { vmid: true },
    }),
    database.template.findMany({ where, select: { vmid: true } }),
    database.looseGuest.findMany({ where, select: { vmid: true } }),
    readClaimedVmids(database, clusterId),
  ]);
  const rows = [...machines, ...templates, ...loose].flatMap(({ vmid }) => vmid ?? []);
  return new Set([...rows, ...claimed]);
}

async function readMadeVmids(database: Database, clusterId: string): Promise<Set<number>> {
  const steps = await database.replicationStep.findMany({
    where: { clusterId, kind: { not: 'REMOVE' }, vmid: { not: null } },
    select: { vmid: true },
    distinct: ['vmid'],
  });
  return new Set(steps.flatMap(({ vmid }) => vmid ?? []));
}

interface Range {
  first: number;
  last: number;
}

/** Ranges of the classes, and the hundreds that bases with our marker lie in: after a lost database those are all. */
async function readRanges(database: Database, observation: ClusterObservation): Promise<Range[]> {
  const classes = await database.class.findMany({
    where: { clusterId: observation.clusterId },
    select: { vmidFirst: true, vmidLast: true },
  });
  const own = classes.flatMap(({ vmidFirst: first, vmidLast: last }) =>
    first === null || last === null ? [] : [{ first, last }],
  );
  const bases = observation.templates.filter(({ details }) => details?.marker?.kind === 'class-base');
  const near = bases.map(({ vmid }) => ({ first: vmid - (vmid % 100), last: vmid - (vmid % 100) + 99 }));
  return [...own, ...near];
}

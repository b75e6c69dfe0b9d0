import { findMarkers, parseMarker } from '../../../src/inventory/lineage/marker.ts';
import type { ClusterState, GuestState, SimulatorState } from '../../../src/simulator/state.ts';
import type { Store } from '../../../src/store/store.ts';
import { findForgotten } from './forgotten.ts';

/** What the simulator's own books say against the product. Everything empty: as it should be. */
export interface Books {
  /** Wanted and not there, as `source → node`. */
  missing: string[];
  /** More than one replica of a source on a node. */
  duplicates: string[];
  /** Guests of ours that are no finished templates, and volumes of guests that are gone. */
  orphans: string[];
  /** Originals that vanished or changed, and replicas without a row that tells their source. */
  lost: string[];
  /** Guests of others that are gone. */
  foreignDeleted: string[];
  /** Guests with our marker that no row of the database names. */
  forgotten: string[];
}

export interface Audit {
  /** Before anything was done. */
  before: SimulatorState;
  after: SimulatorState;
  store: Store;
  /** Whether the original could not leave its node for a while: what was placed then stays there. */
  wasConfined: boolean;
}

/** Holds what is there now against what was there at first. */
export async function audit({ before, after, store }: Omit<Audit, 'wasConfined'>): Promise<Books> {
  const [first] = before.clusters;
  const [last] = after.clusters;
  if (first === undefined || last === undefined) throw new Error('a world without a cluster');
  const originals = first.guests.filter(({ template }) => template);
  const replicas = last.guests.filter(isReplica);
  const pairs = originals.flatMap(({ vmid, node }) =>
    last.nodes.filter(({ name }) => name !== node).map(({ name }) => ({ source: vmid, node: name })),
  );
  const counted = pairs.map((pair) => ({
    ...pair,
    count: replicas.filter((guest) => isAt(guest, pair)).length,
  }));
  const say = ({ source, node, count }: (typeof counted)[number]) => `${source} → ${node} (${count})`;
  return {
    missing: counted.filter(({ count }) => count === 0).map(say),
    duplicates: counted.filter(({ count }) => count > 1).map(say),
    orphans: [...findUnfinished(last, first), ...findStrayVolumes(last, first)],
    lost: [...findLostOriginals(first, last), ...(await findUnregistered(replicas, store))],
    foreignDeleted: first.guests.filter(({ vmid }) => !has(last, vmid)).map(({ vmid }) => String(vmid)),
    forgotten: await findForgotten(last, store),
  };
}

export function emptyBooks(): Books {
  return { missing: [], duplicates: [], orphans: [], lost: [], foreignDeleted: [], forgotten: [] };
}

export function isClean(books: Books): boolean {
  return Object.values(books).every((list: string[]) => list.length === 0);
}

function isReplica(guest: GuestState): boolean {
  return guest.template && parseMarker(guest.config['description'], guest.vmid)?.kind === 'replica';
}

function isAt(guest: GuestState, { source, node }: { source: number; node: string }): boolean {
  return guest.node === node && parseMarker(guest.config['description'], guest.vmid)?.source === source;
}

function has({ guests }: ClusterState, vmid: number): boolean {
  return guests.some((guest) => guest.vmid === vmid);
}

/** Guests that were not there at first and are neither replicas nor made by the simulator's own "somebody". */
function findUnfinished(last: ClusterState, first: ClusterState): string[] {
  return last.guests
    .filter((guest) => !has(first, guest.vmid) && !isReplica(guest) && isOurs(guest))
    .map(({ vmid, node, config }) => `guest ${vmid} on ${node} (${config['lock'] ?? 'unlocked'})`);
}

export function isOurs({ config }: GuestState): boolean {
  const description = config['description'] ?? '';
  return findMarkers(description).length > 0 || description.includes('qmclone temporary file');
}

/** Volumes that belong to no guest, or that no line of their guest's configuration names. */
export function findStrayVolumes(last: ClusterState, first: ClusterState): string[] {
  const known = new Set(first.volumes.map(({ volid }) => volid));
  return last.volumes
    .filter(({ volid }) => !known.has(volid))
    .filter(({ volid, vmid, node }) => {
      const owner = last.guests.find(
        (guest) => guest.vmid === vmid && (node === undefined || guest.node === node),
      );
      return owner === undefined || !Object.values(owner.config).some((value) => value.startsWith(volid));
    })
    .map(({ volid, node }) => `volume ${volid} on ${node ?? 'shared storage'}`);
}

export function findLostOriginals(first: ClusterState, last: ClusterState): string[] {
  return first.guests
    .filter(({ template }) => template)
    .filter((original) => {
      const now = last.guests.find(({ vmid }) => vmid === original.vmid);
      return (
        now === undefined || !now.template || now.config['lock'] !== undefined || now.node !== original.node
      );
    })
    .map(({ vmid }) => `original ${vmid}`);
}

/** The database has to know every replica, where it is and what it was made of. */
async function findUnregistered(replicas: readonly GuestState[], store: Store): Promise<string[]> {
  const rows = await store.prisma.template.findMany({ where: { isReplica: true, state: 'PRESENT' } });
  return replicas
    .filter(({ vmid, node, config }) => {
      const source = parseMarker(config['description'], vmid)?.source;
      return !rows.some((row) => row.vmid === vmid && row.node === node && row.sourceVmid === source);
    })
    .map(({ vmid, node }) => `row of replica ${vmid} on ${node}`);
}

import { parseMarker, type Marker } from '../../../src/inventory/lineage/marker.ts';
import type { ClassRow, MachineRow } from '../../../src/classes/rows.ts';
import type { ClusterState, GuestState } from '../../../src/simulator/state.ts';
import type { Store } from '../../../src/store/store.ts';
import { findLostOriginals, findStrayVolumes, isOurs, type Audit, type Books } from './books.ts';
import { kept, students } from './class-plan.ts';
import { findForgotten } from './forgotten.ts';

interface Marked extends GuestState {
  marker: Marker;
}

/** Holds the guests that carry a class's marker against what the classes were to have. */
export async function auditClasses({ before, after, store, wasConfined }: Audit): Promise<Books> {
  const [first] = before.clusters;
  const [last] = after.clusters;
  if (first === undefined || last === undefined) throw new Error('a world without a cluster');
  const classes = await store.prisma.class.findMany();
  const found = classes.find(({ name }) => name === kept);
  const marked = last.guests.flatMap(readMarked);
  const ours = marked.filter(({ marker }) => marker.classId === found?.id);
  const names = expectedNames();
  const named = (name: string) =>
    ours.filter((guest) => guest.name === name && guest.marker.kind !== 'class-base');
  const known = await readMachines(store, found);
  return {
    missing: [
      ...names.filter((name) => named(name).length === 0),
      ...(await findUnsettled(store, classes)),
      ...findUneven(known, { cluster: last, confinedTo: wasConfined ? findOriginals(first) : [] }),
    ],
    duplicates: [...names.filter((name) => named(name).length > 1), ...findDoubleBases(ours)],
    orphans: [
      ...marked
        .filter(({ marker }) => marker.classId !== found?.id)
        .map(({ vmid }) => `guest ${vmid} of a deleted class`),
      ...findUnfinished(last, first),
      ...findStrayVolumes(last, first),
    ],
    lost: [...findLostOriginals(first, last), ...findUnbooked(ours, known)],
    foreignDeleted: first.guests
      .filter(({ vmid }) => !last.guests.some((guest) => guest.vmid === vmid))
      .map(({ vmid }) => String(vmid)),
    forgotten: await findForgotten(last, store),
  };
}

function expectedNames(): string[] {
  const numbers = Array.from({ length: students }, (_, index) => index + 1);
  return [`${kept}-teacher`, ...numbers.map((number) => `${kept}-${number}`)];
}

function readMarked(guest: GuestState): Marked[] {
  const marker = parseMarker(guest.config['description'], guest.vmid);
  return marker === undefined ? [] : [{ ...guest, marker }];
}

/** The class that stays is ready, the other is deleted. */
async function findUnsettled(store: Store, classes: readonly ClassRow[]): Promise<string[]> {
  const open = classes
    .filter(({ name, state }) => state !== (name === kept ? 'READY' : 'DELETED'))
    .map(({ name, state }) => `class ${name} is ${state}`);
  const reset = await store.prisma.replicationRun.count({
    where: { kind: 'CLASS_RESET', outcome: 'SUCCEEDED' },
  });
  return [...open, ...(classes.length < 2 ? ['a class'] : []), ...(reset === 0 ? ['the reset'] : [])];
}

interface Spread {
  cluster: ClusterState;
  /** The nodes of the originals that could not leave them for a while; empty where none was kept. */
  confinedTo: readonly string[];
}

/** Students are spread evenly, or stand all beside an original that could not leave its node when they were placed. */
function findUneven(machines: readonly MachineRow[], { cluster, confinedTo }: Spread): string[] {
  const placed = machines.filter(({ role }) => role === 'STUDENT');
  const counts = cluster.nodes.map(({ name }) => placed.filter(({ node }) => node === name).length);
  const isEven = Math.max(...counts) - Math.min(...counts) <= 1;
  const isBesideOriginal = confinedTo.some((name) => placed.every(({ node }) => node === name));
  return isEven || isBesideOriginal ? [] : [`an even distribution (${counts.join(', ')})`];
}

function findOriginals({ guests }: ClusterState): string[] {
  return guests.filter((guest) => guest.template && !isOurs(guest)).map(({ node }) => node);
}

function findDoubleBases(ours: readonly Marked[]): string[] {
  const bases = ours.filter(({ marker }) => marker.kind === 'class-base');
  const byNode = Map.groupBy(bases, ({ node }) => node);
  return [...byNode]
    .filter(([, group]) => group.length > 1)
    .map(([node, group]) => `${group.length} bases on ${node}`);
}

/** Guests of ours that carry no marker, are locked, or bases that are no templates. */
function findUnfinished(last: ClusterState, first: ClusterState): string[] {
  return last.guests
    .filter(({ vmid }) => !first.guests.some((guest) => guest.vmid === vmid))
    .filter((guest) => isOurs(guest) && !isWhole(guest))
    .map(({ vmid, node }) => `guest ${vmid} on ${node}`);
}

function isWhole(guest: GuestState): boolean {
  const marker = parseMarker(guest.config['description'], guest.vmid);
  return (
    marker !== undefined && guest.lock === undefined && guest.template === (marker.kind === 'class-base')
  );
}

function readMachines(store: Store, found: ClassRow | undefined): Promise<MachineRow[]> {
  return store.prisma.classMachine.findMany({ where: { classId: found?.id ?? 0 } });
}

/** Every machine has a row that says where it is. */
function findUnbooked(ours: readonly Marked[], machines: readonly MachineRow[]): string[] {
  return ours
    .filter(({ marker }) => marker.kind !== 'class-base')
    .filter(({ vmid, node }) => !machines.some((machine) => machine.vmid === vmid && machine.node === node))
    .map(({ vmid }) => `row of machine ${vmid}`);
}

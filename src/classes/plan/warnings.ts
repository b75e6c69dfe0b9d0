import type { ClassFacts } from '../facts/class-facts.ts';
import type { PlannedGuest } from './class-plan.ts';
import { isCurrent } from './plan-bases.ts';
import type { StorageFit } from './storage-fit.ts';

/** What is about to be made, as far as it may deserve a warning. */
export interface Planned {
  make: readonly PlannedGuest[];
  fit: StorageFit;
  /** Students placed where memory does not suffice. */
  crowded: number;
}

/** What deserves a look before a deployment is begun, in words. */
export function listWarnings(facts: ClassFacts, { make, fit, crowded }: Planned): string[] {
  return [
    ...warnOfNoDisk(facts),
    ...warnOfStart(facts, make),
    ...warnOfMemory(crowded),
    ...warnOfSpace(facts, make),
    ...warnOfSnapshots(facts, fit),
    ...warnOfGenerations(facts, make),
  ];
}

function warnOfNoDisk({ source: { drives, name, vmid } }: ClassFacts): string[] {
  if (drives.some(({ use }) => use === 'DISK')) return [];
  return [`${name} (${vmid}) has no disk, and neither will the machines of the class.`];
}

/** Nodes that lack something which the configuration names: machines there do not start, or are not placed there. */
function warnOfStart({ order, nodes }: ClassFacts, make: readonly PlannedGuest[]): string[] {
  return nodes.flatMap(({ name, obstacles }) => {
    const isUsed = make.some(({ role, node }) => role !== 'BASE' && node === name);
    const isLeftOut = order.start && order.nodes.length === 0 && make.length > 0;
    if (!isUsed && !isLeftOut) return [];
    const end = isUsed ? 'machines there do not start before it has' : 'no machine is placed there';
    return obstacles.map((obstacle) => `${obstacle}: ${end}.`);
  });
}

function warnOfMemory(crowded: number): string[] {
  if (crowded === 0) return [];
  return [`Free memory does not suffice for ${crowded} of the machines, if all of them run at once.`];
}

function warnOfSpace({ nodes, source, order }: ClassFacts, make: readonly PlannedGuest[]): string[] {
  const name = order.storage ?? source.drives.find(({ use }) => use === 'DISK')?.storage;
  return nodes.flatMap((node) => {
    const needed = make
      .filter((guest) => guest.node === node.name)
      .reduce((sum, { bytes }) => sum + bytes, 0);
    const room = node.storages.find((other) => other.name === name)?.available;
    if (room === undefined || needed <= room) return [];
    return [`Storage ${name} of node ${node.name} has ${room} bytes free; full copies may need ${needed}.`];
  });
}

/** What cannot make linked clones cannot make snapshots either, but for some settings of LVM. */
function warnOfSnapshots({ order }: ClassFacts, { unlinkable }: StorageFit): string[] {
  if (order.snapshot === undefined || unlinkable === undefined) return [];
  const { storage, type } = unlinkable;
  return [
    `Storage ${storage} (${type}) may not be able to make the snapshot "${order.snapshot}"; then no machine is made.`,
  ];
}

function warnOfGenerations(facts: ClassFacts, make: readonly PlannedGuest[]): string[] {
  const old = facts.bases.filter((base) => !isCurrent(facts, base));
  if (old.length === 0 || !make.some(({ role }) => role === 'BASE')) return [];
  return [
    `The original was rebuilt since the class began: new bases differ from ${old.map(({ vmid }) => vmid).join(', ')}.`,
  ];
}

import type { GuestKind } from '../proxmox/guest.ts';
import type { GuestPlan, GuestRole, KeepReason, KeptGuest, PlannedRemoval } from './class-plan.ts';

/**
 * What was seen of a guest before it is removed:
 * - OURS: it is there and carries the class's marker.
 * - OTHER: a guest has the id, but not the marker.
 * - GONE: no guest has the id.
 * - UNSEEN: its node does not answer.
 */
export type GuestSight = 'OURS' | 'OTHER' | 'GONE' | 'UNSEEN';

/** A guest that the store books for a class. */
export interface ClassGuest {
  role: GuestRole;
  number?: number;
  vmid: number;
  node: string;
  name: string;
  /** Template Hub made it for the class. */
  madeHere: boolean;
  sight: GuestSight;
  /** Of machines: the base it is a linked clone of. */
  baseVmid?: number;
  /** Of bases: guests that hang on it, the class's own and others. */
  children?: readonly number[];
}

export interface DeletionFacts {
  guestKind: GuestKind;
  guests: readonly ClassGuest[];
}

const messages: Readonly<Record<KeepReason, string>> = {
  NOT_MADE_HERE: 'Template Hub did not make it for the class',
  NOT_OURS_ANY_MORE: 'the guest with this id no longer carries the marker of the class',
  STILL_IN_USE: 'guests that do not belong to the class hang on it',
  ALREADY_GONE: 'it is gone already',
  NODE_OFFLINE: 'its node does not answer; ask again when it does',
};

/**
 * What is to be removed of a class: machines first, then the bases they hang on. Only what was made for the class and
 * still carries its marker; a base stays while a guest hangs on it that is not removed, too.
 */
export function planDeletion({ guestKind, guests }: DeletionFacts): GuestPlan {
  const machines = guests.filter(({ role }) => role !== 'BASE');
  const removedMachines = machines.filter((guest) => findKeepReason(guest) === undefined);
  const vmids = new Set(removedMachines.map(({ vmid }) => vmid));
  const staying = machines.filter((machine) => !vmids.has(machine.vmid) && machine.sight !== 'GONE');
  const bases = guests.filter(({ role }) => role === 'BASE');
  const reasonOfBase = (base: ClassGuest) =>
    findKeepReason(base) ?? (isInUse(base, { vmids, staying }) ? 'STILL_IN_USE' : undefined);
  return {
    guestKind,
    detach: [],
    storages: [],
    make: [],
    remove: [
      ...removedMachines.map((machine) => planRemoval(machine, [])),
      ...bases
        .filter((base) => reasonOfBase(base) === undefined)
        .map((base) => planRemoval(base, listChildKeys(base, removedMachines))),
    ],
    keep: [
      ...machines.flatMap((machine) => keep(machine, findKeepReason(machine))),
      ...bases.flatMap((base) => keep(base, reasonOfBase(base))),
    ],
    warnings: [],
  };
}

/** The removal of one guest, once everything named in `after` is done. */
export function planRemoval(
  { role, number, vmid, node, name }: Omit<ClassGuest, 'madeHere' | 'sight'>,
  after: readonly string[],
): PlannedRemoval {
  return { key: `remove-${vmid}`, role, number, vmid, node, name, after: [...after] };
}

function findKeepReason({ madeHere, sight }: ClassGuest): KeepReason | undefined {
  if (sight === 'GONE') return 'ALREADY_GONE';
  if (!madeHere) return 'NOT_MADE_HERE';
  if (sight === 'OTHER') return 'NOT_OURS_ANY_MORE';
  return sight === 'UNSEEN' ? 'NODE_OFFLINE' : undefined;
}

function isInUse(
  base: ClassGuest,
  { vmids, staying }: { vmids: ReadonlySet<number>; staying: readonly ClassGuest[] },
): boolean {
  if (staying.some(({ baseVmid }) => baseVmid === base.vmid)) return true;
  return (base.children ?? []).some((child) => !vmids.has(child));
}

/** A machine whose base is not known may hang on any. */
function listChildKeys(base: ClassGuest, machines: readonly ClassGuest[]): string[] {
  return machines
    .filter(
      ({ vmid, baseVmid }) => (baseVmid ?? base.vmid) === base.vmid || (base.children ?? []).includes(vmid),
    )
    .map(({ vmid }) => `remove-${vmid}`);
}

function keep(
  { role, vmid, node, name }: Pick<ClassGuest, 'role' | 'vmid' | 'node' | 'name'>,
  reason: KeepReason | undefined,
): KeptGuest[] {
  return reason === undefined ? [] : [{ role, vmid, node, name, reason, message: messages[reason] }];
}

import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { GuestPlan, GuestRole, KeepReason, KeptGuest, PlannedRemoval } from './class-plan.ts';
import type { GuestLook } from '../facts/guest-look.ts';

/** A guest that the store books for a class and that is to go. */
export interface ClassGuest extends GuestLook {
  role: GuestRole;
  number?: number;
  vmid: number;
  node: string;
  name: string;
  /** Template Hub made it for the class. */
  madeHere: boolean;
  /** Of machines: the base it is a linked clone of. */
  baseVmid?: number;
  /** It was never finished. */
  halfMade?: boolean;
  /** Keys of what must be made before it goes. */
  after?: readonly string[];
}

export interface DeletionFacts {
  guestKind: GuestKind;
  guests: readonly ClassGuest[];
}

/** What goes and what stays of guests that are asked to go. */
export type Removals = Pick<GuestPlan, 'remove' | 'attempt' | 'keep'>;

const messages: Readonly<Partial<Record<KeepReason, string>>> = {
  NOT_MADE_HERE: 'Template Hub did not make it for the class',
  NOT_OURS_ANY_MORE: 'the guest with this id no longer carries the marker of the class',
  STILL_IN_USE: 'guests that stay hang on it',
  ALREADY_GONE: 'it is gone already',
  NODE_OFFLINE: 'its node does not answer; it goes when it does',
};

/** What is never asked to go, and what is gone: nothing is tried. */
const settled: ReadonlySet<KeepReason> = new Set(['NOT_MADE_HERE', 'NOT_OURS_ANY_MORE', 'ALREADY_GONE']);

/** What is to be removed of a class that is deleted. */
export function planDeletion({ guestKind, guests }: DeletionFacts): GuestPlan {
  return { guestKind, detach: [], storages: [], make: [], ...planRemovals(guests), warnings: [] };
}

/**
 * Machines first, then the bases they hang on. Only what was made for the class and still carries its marker, and nothing
 * that something stands in the way of; a base stays while a guest hangs on it that is not removed, too.
 */
export function planRemovals(guests: readonly ClassGuest[]): Removals {
  const machines = guests.filter(({ role }) => role !== 'BASE').map(judge);
  const going = machines.filter(({ reason }) => reason === undefined).map(({ guest }) => guest);
  const use = {
    vmids: new Set(going.map(({ vmid }) => vmid)),
    staying: machines.filter(({ reason, guest }) => reason !== undefined && guest.sight !== 'GONE'),
  };
  const bases = guests
    .filter(({ role }) => role === 'BASE')
    .map(judge)
    .map(({ guest, reason }) => ({
      guest,
      reason: reason ?? (isInUse(guest, use) ? ('STILL_IN_USE' as const) : undefined),
    }));
  const all = [...machines, ...bases];
  const asked = all.filter(({ reason }) => reason === undefined || !settled.has(reason));
  const machinesOf = (some: readonly Judged[]) =>
    some.flatMap(({ guest }) => (guest.role === 'BASE' ? [] : [guest]));
  const pick = (some: readonly Judged[], children: readonly ClassGuest[]) =>
    some.map(({ guest }) =>
      planRemoval(guest, [
        ...(guest.after ?? []),
        ...(guest.role === 'BASE' ? listChildKeys(guest, children) : []),
      ]),
    );
  return {
    remove: pick(
      asked.filter(({ reason }) => reason === undefined),
      going,
    ),
    attempt: pick(
      asked.filter(({ reason }) => reason !== undefined),
      machinesOf(asked),
    ),
    keep: all.flatMap(keep),
  };
}

/** The removal of one guest, once everything named in `after` is done. */
function planRemoval(guest: ClassGuest, after: readonly string[]): PlannedRemoval {
  const { role, number, vmid, node, name, halfMade = false } = guest;
  return { key: `remove-${vmid}`, role, number, vmid, node, name, halfMade, after: [...after] };
}

interface Judged {
  guest: ClassGuest;
  reason: KeepReason | undefined;
}

function judge(guest: ClassGuest): Judged {
  return { guest, reason: findKeepReason(guest) };
}

function findKeepReason({ madeHere, sight, obstacle }: ClassGuest): KeepReason | undefined {
  if (sight === 'GONE') return 'ALREADY_GONE';
  if (!madeHere) return 'NOT_MADE_HERE';
  if (sight === 'OTHER') return 'NOT_OURS_ANY_MORE';
  return obstacle?.code ?? (sight === 'UNSEEN' ? 'NODE_OFFLINE' : undefined);
}

function isInUse(
  base: ClassGuest,
  { vmids, staying }: { vmids: ReadonlySet<number>; staying: readonly Judged[] },
): boolean {
  if (staying.some(({ guest }) => guest.baseVmid === base.vmid)) return true;
  return (base.children ?? []).some((child) => !vmids.has(child));
}

/** A student's machine whose base is not known may hang on any; a teacher's is a full copy. */
function listChildKeys(base: ClassGuest, machines: readonly ClassGuest[]): string[] {
  const mayHang = ({ role, baseVmid }: ClassGuest) =>
    role === 'STUDENT' && (baseVmid === undefined || baseVmid === base.vmid);
  return machines
    .filter((machine) => mayHang(machine) || (base.children ?? []).includes(machine.vmid))
    .map(({ vmid }) => `remove-${vmid}`);
}

function keep({ guest, reason }: Judged): KeptGuest[] {
  if (reason === undefined) return [];
  const { role, vmid, node, name, obstacle } = guest;
  const message = messages[reason] ?? obstacle?.message ?? reason;
  return [{ role, vmid, node, name, reason, message }];
}

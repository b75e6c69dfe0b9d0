import type { LooseGuest } from '../../../prisma/generated/sqlite/client.ts';
import type { Database } from '../../store/database.ts';
import type { GuestRole } from '../plan/class-plan.ts';
import type { MachineRow } from '../rows.ts';

export type LooseGuestRow = LooseGuest;

/** Where a guest is in the books. */
export interface BookedAs {
  clusterId: string;
  vmid: number;
}

/** Why a guest that is to go is still there. */
export interface StayReason {
  code: string;
  message: string;
}

/** A guest that is to go from now on. */
export interface LeavingGuest extends BookedAs {
  kind: LooseGuestRow['kind'];
  node: string;
  name: string;
  role: GuestRole;
  classId: number;
  number: number | null;
  baseVmid: number | null;
  /** It was never finished. */
  halfMade?: boolean;
  reason?: StayReason;
}

type LooseGuests = Pick<Database, 'looseGuest'>;

/** Books a guest as leaving: whatever becomes of its removal, it stays in the books until it is gone. */
export async function bookLeaving(
  database: LooseGuests,
  { reason, ...guest }: LeavingGuest,
  now: Date,
): Promise<void> {
  const { clusterId, vmid } = guest;
  const why = { reasonCode: reason?.code ?? null, reason: reason?.message ?? null, lookedAt: now };
  await database.looseGuest.upsert({
    where: { clusterId_vmid: { clusterId, vmid } },
    create: { ...guest, ...why, state: 'LEAVING', since: now },
    update: { ...guest, ...why, state: 'LEAVING' },
  });
}

/** A machine that is to go, as far as its row tells; undefined when it was never made. */
export function toLeaving(
  { clusterId, vmid, node, name, role, classId, number, baseVmid }: MachineRow,
  kind: LooseGuestRow['kind'],
): LeavingGuest | undefined {
  if (clusterId === null || vmid === null) return undefined;
  const placed = { node: node ?? '', name: name ?? String(vmid) };
  return { clusterId, vmid, kind, ...placed, role, classId, number, baseVmid };
}

/** The guest is gone, or is nobody's of ours any more. */
export async function releaseLoose(database: LooseGuests, { clusterId, vmid }: BookedAs): Promise<void> {
  await database.looseGuest.deleteMany({ where: { clusterId, vmid } });
}

/** What is to go of a class. */
export function readLeaving(database: LooseGuests, classId: number): Promise<LooseGuestRow[]> {
  return database.looseGuest.findMany({ where: { classId, state: 'LEAVING' }, orderBy: { vmid: 'asc' } });
}

/** Says why a guest is still there; nothing when it is not in these books. */
export async function explainStay(
  database: LooseGuests,
  { clusterId, vmid }: BookedAs,
  { reason, now }: { reason: StayReason | undefined; now: Date },
): Promise<number> {
  const data = { reasonCode: reason?.code ?? null, reason: reason?.message ?? null, lookedAt: now };
  const { count } = await database.looseGuest.updateMany({ where: { clusterId, vmid }, data });
  return count;
}

import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { Database } from '../../store/database.ts';
import { lookAtGuest, type GuestLook } from '../facts/guest-look.ts';
import { explainStay, readLeaving, releaseLoose, type LooseGuestRow } from './loose-guests.ts';
import type { ClassGuest } from '../plan/plan-deletion.ts';

/**
 * What is to go of a class, as it is now. What is gone, and what a person made their own by taking our marker away, is
 * let go of here.
 */
export async function lookAtLeaving(
  database: Pick<Database, 'looseGuest'>,
  client: ProxmoxClient,
  classId: number,
): Promise<ClassGuest[]> {
  const rows = await readLeaving(database, classId);
  const looks = await Promise.all(
    rows.map(async (row) => ({ row, look: await lookAtGuest(client, { ...row, classId }) })),
  );
  const guests: ClassGuest[] = [];
  for (const { row, look } of looks) {
    if (look.sight === 'GONE' || look.sight === 'OTHER') await releaseLoose(database, row);
    else guests.push(toGuest(row, look));
  }
  return guests;
}

function toGuest(row: LooseGuestRow, look: GuestLook): ClassGuest {
  const { role, number, vmid, node, name, baseVmid, halfMade } = row;
  return {
    // Nothing of a class is ever a replica; what is left of one is no machine either.
    role: role === 'REPLICA' ? 'BASE' : role,
    number: number ?? undefined,
    vmid,
    name,
    madeHere: true,
    halfMade,
    baseVmid: baseVmid ?? undefined,
    ...look,
    node: look.node ?? node,
  };
}

/** Writes why guests of a class that are to go are still there. */
export async function explainKept(
  database: Pick<Database, 'looseGuest'>,
  clusterId: string,
  { keep, now }: { keep: readonly { vmid: number; reason: string; message: string }[]; now: Date },
): Promise<void> {
  for (const { vmid, reason: code, message } of keep)
    await explainStay(database, { clusterId, vmid }, { reason: { code, message }, now });
}

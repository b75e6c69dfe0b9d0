import { z } from 'zod';
import type { Check } from './check.ts';

/** Fields of the API's `LooseGuest`. */
export const looseGuestSchema = z.object({
  vmid: z.int(),
  name: z.string(),
  node: z.string(),
  state: z.string(),
  classId: z.int().nullable(),
  number: z.int().nullable(),
  reasonCode: z.string().nullable(),
  reason: z.string().nullable(),
});

/** A guest that Template Hub made and that nothing stands for any more. */
export type LooseGuestShown = z.output<typeof looseGuestSchema>;

/** Guests that Template Hub made and that nothing stands for any more: what hangs, why, and what is to be done. Pure. */
export function judgeLooseGuests(clusterId: string, guests: readonly LooseGuestShown[]): Check[] {
  return guests.map((guest) => {
    const { vmid, name, node, state } = guest;
    const what = `${vmid} ${name} on ${node}${describeOwner(guest)}`;
    return state === 'UNKNOWN' ? tellUnknown(what, guest) : tellLeaving(what, guest, clusterId);
  });
}

function tellUnknown(what: string, { reason, vmid, node }: LooseGuestShown): Check {
  const message = `${what}: ${reason ?? `Guest ${vmid} on ${node} is not known`}`;
  return { level: 'warn', subject: 'leftovers', message };
}

/** It goes with the next pass, whatever the reason was, once that is gone. */
function tellLeaving(what: string, { reasonCode, reason }: LooseGuestShown, clusterId: string): Check {
  const why = reason === null ? 'its removal is under way' : `${reasonCode ?? 'FAILED'}: ${reason}`;
  const commands = [`hub replicate run --cluster ${clusterId}`];
  return { level: 'warn', subject: 'leftovers', message: `${what} is to go: ${why}`, commands };
}

function describeOwner({ classId, number }: LooseGuestShown): string {
  if (classId === null) return '';
  return number === null ? ` (of class ${classId})` : ` (student ${number} of class ${classId})`;
}

import type { Guest } from '../engine/guests.ts';
import type { ApiCall } from './call.ts';

/** Guests of the node that the caller may see. */
export function listGuests({ cluster, identity, node }: ApiCall, type: Guest['type']): Guest[] {
  return cluster.guests
    .list()
    .filter((guest) => guest.type === type && guest.node === node)
    .filter((guest) => cluster.permissions.has(identity, `/vms/${guest.vmid}`, 'VM.Audit'));
}

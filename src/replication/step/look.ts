import { parseMarker, type Marker } from '../../inventory/lineage/marker.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig, type GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { getNextId } from '../../proxmox/endpoints/next-id.ts';
import type { GuestAddress } from '../../proxmox/guests/guest.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';

/** A guest as it is at this moment. */
export interface PresentGuest {
  state: 'present';
  address: GuestAddress;
  config: GuestConfig;
  /** Ours, and about this very guest. */
  marker?: Marker;
  /** What a clone begins with: no name, no disk, no marker yet. */
  stub: boolean;
}

/** What is under a vmid: nothing, something we may not see, or a guest. */
export type Sight = { state: 'absent' } | { state: 'hidden' } | PresentGuest;

const stubText = 'qmclone temporary file';
const tries = 4;

/**
 * Looks what is under a vmid, wherever in the cluster. "Absent" is said only when Proxmox itself calls the id free.
 * @throws ProxmoxError when it cannot be told, for instance NODE_UNREACHABLE.
 */
export async function lookAt(client: ProxmoxClient, vmid: number, signal?: AbortSignal): Promise<Sight> {
  for (let left = tries; left > 0; left -= 1) {
    const address = await findGuest(client, vmid, signal);
    if (address === undefined && (await isFree(client, vmid, signal))) return { state: 'absent' };
    const guest = address && (await readGuest(client, address, signal));
    if (guest !== undefined) return guest;
    // It is between two nodes, or it appeared or vanished just now.
    if (left > 1) await client.clock.sleep(500, signal);
  }
  return { state: 'hidden' };
}

/** The node that owns a guest now; undefined when the list does not show it. */
export async function findGuest(
  client: ProxmoxClient,
  vmid: number,
  signal?: AbortSignal,
): Promise<GuestAddress | undefined> {
  const { guests } = await listClusterResources(client, { type: 'vm', signal });
  const found = guests.find((guest) => guest.vmid === vmid);
  return found && { kind: found.kind, node: found.node, vmid };
}

async function readGuest(
  client: ProxmoxClient,
  address: GuestAddress,
  signal?: AbortSignal,
): Promise<PresentGuest | undefined> {
  try {
    const config = await getGuestConfig(client, address, { signal });
    const marker = parseMarker(config.description, address.vmid);
    const stub = config.description?.trim() === stubText;
    return { state: 'present', address, config, marker, stub };
  } catch (error) {
    if (isProxmoxError(error, 'GUEST_NOT_FOUND')) return undefined;
    throw error;
  }
}

async function isFree(client: ProxmoxClient, vmid: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await getNextId(client, { vmid, signal });
    return true;
  } catch (error) {
    if (isProxmoxError(error, 'VMID_TAKEN')) return false;
    throw error;
  }
}

/** Why a guest that is there and cannot be read is neither finished nor removed, nor forgotten. */
export function describeHidden(vmid: number): { code: 'FORBIDDEN'; message: string } {
  const message = `Guest ${vmid} is there and cannot be read: the account lacks VM.Audit on /vms/${vmid}.`;
  return { code: 'FORBIDDEN', message };
}

import { findMarkers } from '../../inventory/lineage/marker.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig, type GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { GuestAddress } from '../../proxmox/guests/guest.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';

/**
 * Guests that may be linked clones of a template: their volume ids name its base, or (on storages whose ids do not tell:
 * lvmthin, btrfs) their descriptions still carry the marker they inherited from it. Reads every guest's configuration;
 * a guest that cannot be read fails the search, because it might be one.
 */
export async function findLinkedClones(
  { client, signal }: { client: ProxmoxClient; signal?: AbortSignal },
  template: GuestAddress,
): Promise<number[]> {
  const { guests } = await listClusterResources(client, { type: 'vm', signal });
  const others = guests.filter(({ vmid }) => vmid !== template.vmid);
  const found = await Promise.all(
    others.map(async ({ kind, node, vmid }) => {
      const config = await readConfig(client, { kind, node, vmid }, signal);
      return config !== undefined && hangsOn(config, template.vmid) ? vmid : undefined;
    }),
  );
  return found.filter((vmid) => vmid !== undefined).sort((a, b) => a - b);
}

/** Whether a configuration names the template's base, or inherited its marker and lies where volume ids do not tell. */
export function hangsOn(
  config: Pick<GuestConfig, 'disks' | 'description' | 'template'>,
  vmid: number,
): boolean {
  const parent = new RegExp(`(?:^|[:/])base(?:vol)?-${vmid}-[^/]*/`);
  if (config.disks.some(({ volume }) => volume !== undefined && parent.test(volume))) return true;
  return !config.template && findMarkers(config.description).some((marker) => marker.vmid === vmid);
}

async function readConfig(
  client: ProxmoxClient,
  guest: GuestAddress,
  signal?: AbortSignal,
): Promise<GuestConfig | undefined> {
  try {
    return await getGuestConfig(client, guest, { signal });
  } catch (error) {
    if (isProxmoxError(error, 'GUEST_NOT_FOUND')) return undefined;
    throw error;
  }
}

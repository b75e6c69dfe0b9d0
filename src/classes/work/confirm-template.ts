import {
  markDescription,
  parseMarker,
  registeredToken,
  unknownGeneration,
  type Marker,
} from '../../inventory/lineage/marker.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getGuestConfig, updateGuestConfig, type GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { GuestAddress } from '../../proxmox/guests/guest.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { ClassError } from '../class-error.ts';

/** A template as Proxmox has it at this moment. */
export interface ConfirmedTemplate {
  guest: GuestAddress;
  config: GuestConfig;
  marker?: Marker;
}

/** Asks Proxmox whether a guest is a template on that node. @throws ClassError GUEST_NOT_FOUND, NOT_A_TEMPLATE */
export async function confirmTemplate(
  client: ProxmoxClient,
  { vmid, node }: { vmid: number; node: string },
): Promise<ConfirmedTemplate> {
  for (const kind of ['qemu', 'lxc'] as const) {
    const guest = { kind, node, vmid };
    const config = await readConfig(client, guest);
    if (config?.template === true) return { guest, config, marker: parseMarker(config.description, vmid) };
    if (config === undefined) continue;
    const message = `Guest ${vmid} on node ${node} is no template. Convert it first.`;
    throw new ClassError('NOT_A_TEMPLATE', message, { field: ['vmid'] });
  }
  const message = `There is no guest ${vmid} on node ${node}. Look for the node it is on.`;
  throw new ClassError('GUEST_NOT_FOUND', message, { field: ['vmid'] });
}

/** Writes the lineage of a base into its description, so that a scan with an empty database finds it. */
export async function markTemplate(
  client: ProxmoxClient,
  { guest, config, marker }: ConfirmedTemplate,
  lineage: { classId: number; sourceVmid: number; generation: string | null },
): Promise<void> {
  const { classId, sourceVmid: source, generation } = lineage;
  if (marker?.classId === classId && marker.source === source) return;
  const description = markDescription(config.description, {
    kind: 'class-base',
    vmid: guest.vmid,
    source,
    generation: generation ?? unknownGeneration,
    classId,
    token: registeredToken,
  });
  await updateGuestConfig(client, guest, { set: { description }, digest: config.digest });
}

async function readConfig(client: ProxmoxClient, guest: GuestAddress): Promise<GuestConfig | undefined> {
  try {
    return await getGuestConfig(client, guest);
  } catch (error) {
    if (isProxmoxError(error, 'GUEST_NOT_FOUND')) return undefined;
    throw error;
  }
}

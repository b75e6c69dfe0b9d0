import { listStorageContent } from '../../proxmox/endpoints/storages.ts';
import { isProxmoxError } from '../../proxmox/proxmox-error.ts';
import type { StepRow } from '../rows.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { lookAt, type Sight } from './look.ts';
import { readMakeState } from './state.ts';

/** A volume with the step's vmid that no line of a configuration names. */
export interface LooseVolume {
  node: string;
  volume: string;
}

/**
 * Volumes that a killed worker or a broken migration left behind. Proxmox has forgotten them and an API user may not
 * tell whose they are on storage that clusters share, so they are reported and never removed. What cannot be listed (rights,
 * a node that is off) is passed over: it is a help to the administrator only.
 */
export async function findLooseVolumes(context: StepContext, step: StepRow): Promise<LooseVolume[]> {
  const vmid = vmidOf(step);
  try {
    const places = readMakeState(step).recipe.storages.map((key) => toPlace(key, step));
    const lists = await Promise.all(places.map((place) => listVolumes(context, place, vmid)));
    const used = describeUse(await lookAt(context.client, vmid, context.signal));
    const loose = lists.flat().filter(({ volume }) => !used.includes(volume));
    return loose.filter(({ volume }, index) => loose.findIndex((one) => one.volume === volume) === index);
  } catch (error) {
    if (isProxmoxError(error)) return [];
    throw error;
  }
}

/** A sentence for the administrator; undefined when there is nothing to be said. */
export function adviseOnVolumes(loose: readonly LooseVolume[]): string | undefined {
  if (loose.length === 0) return undefined;
  const commands = loose.map(({ node, volume }) => `run "pvesm free ${volume}" on ${node}`);
  return `Proxmox left volumes behind that belong to no guest of this cluster: ${commands.join(', ')}.`;
}

async function listVolumes(
  { client, signal }: StepContext,
  place: { node: string; storage: string },
  vmid: number,
): Promise<LooseVolume[]> {
  const volumes = await listStorageContent(client, place, { content: 'images', vmid, signal });
  return volumes.filter((one) => one.vmid === vmid).map(({ volume }) => ({ node: place.node, volume }));
}

/** `node/name`, or `name` alone where the storage is shared. */
function toPlace(
  key: string,
  { copyNode, sourceNode, targetNode }: StepRow,
): { node: string; storage: string } {
  const [first = key, second] = key.split('/');
  if (second !== undefined) return { node: first, storage: second };
  return { node: copyNode ?? sourceNode ?? targetNode, storage: first };
}

function describeUse(sight: Sight): string {
  return sight.state === 'present' ? Object.values(sight.config.options).join('\n') : '';
}

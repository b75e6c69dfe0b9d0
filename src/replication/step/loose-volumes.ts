import { listStorageContent } from '../../proxmox/endpoints/storages.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { StepRow } from '../rows.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { isPassing } from './failure.ts';
import { lookAt, type Sight } from './look.ts';
import { readMakeState, type MakeState } from './state.ts';

/** A volume with the step's vmid that no line of a configuration names. */
export interface LooseVolume {
  node: string;
  volume: string;
}

/**
 * Volumes that a killed worker or a broken migration left behind. Proxmox has forgotten them and an API user may not
 * tell whose they are on storage that clusters share, so they are reported and never removed. Where rights to
 * list them are missing, none are reported.
 */
export async function findLooseVolumes(context: StepContext, step: StepRow): Promise<LooseVolume[]> {
  const vmid = vmidOf(step);
  try {
    const volumes = await listVolumes(context, step, vmid);
    const sight = await lookAt(context.client, vmid, context.signal);
    return volumes.filter((volume) => !isUsed(volume, sight));
  } catch (error) {
    if (isProxmoxError(error) && error.retryable === 'never' && !isPassing(error)) return [];
    throw error;
  }
}

/**
 * Volumes under an id that no guest has: a clone to it could be refused because their names are taken. Where they cannot
 * be listed now, that will show.
 */
export async function findVolumesInTheWay(
  context: StepContext,
  step: StepRow,
  vmid: number,
): Promise<LooseVolume[]> {
  try {
    return await listVolumes(context, step, vmid);
  } catch (error) {
    if (isProxmoxError(error)) return [];
    throw error;
  }
}

/** The step's state with a sentence for the administrator, besides what it had to say before. */
export function noteVolumes(state: MakeState, loose: readonly LooseVolume[]): MakeState {
  if (loose.length === 0) return state;
  const commands = loose.map(({ node, volume }) => `run "pvesm free ${volume}" on ${node}`);
  const text = `Proxmox left volumes behind that belong to no guest of this cluster: ${commands.join(', ')}.`;
  if (state.advice?.includes(text)) return state;
  return { ...state, advice: state.advice === undefined ? text : `${state.advice} ${text}` };
}

interface Place {
  node: string;
  storage: string;
  shared: boolean;
}

/** Volumes of an id on the storages that the step reads and writes. */
async function listVolumes(
  { client, signal }: StepContext,
  step: StepRow,
  vmid: number,
): Promise<(LooseVolume & { shared: boolean })[]> {
  const content = step.guestKind === 'LXC' ? 'rootdir' : 'images';
  const places = readMakeState(step).recipe.storages.map((key) => toPlace(key, step));
  const lists = await Promise.all(
    places.map(async ({ node, storage, shared }) => {
      const volumes = await listStorageContent(client, { node, storage }, { content, vmid, signal });
      return volumes.filter((one) => one.vmid === vmid).map(({ volume }) => ({ node, volume, shared }));
    }),
  );
  return lists.flat();
}

/** `node/name`, or `name` alone where the storage is shared. */
function toPlace(key: string, { copyNode, sourceNode, targetNode }: StepRow): Place {
  const [first = key, second] = key.split('/');
  if (second !== undefined) return { node: first, storage: second, shared: false };
  return { node: copyNode ?? sourceNode ?? targetNode, storage: first, shared: true };
}

/** A migrated volume may keep its name: on another node the same words mean another volume. */
function isUsed({ node, volume, shared }: LooseVolume & { shared: boolean }, sight: Sight): boolean {
  if (sight.state !== 'present' || (!shared && sight.address.node !== node)) return false;
  return Object.values(sight.config.options).some((value) => value.includes(volume));
}

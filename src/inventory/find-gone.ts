import type { ProxmoxClient } from '../proxmox/client.ts';
import { getNextId } from '../proxmox/endpoints/next-id.ts';
import { isProxmoxError } from '../proxmox/proxmox-error.ts';
import type { TemplateCache } from './template-cache.ts';

/** So many ids are asked for in one scan; the rest stay in doubt until the next. */
const mostQuestions = 50;

/**
 * Which of the ids that are in no list are really free. A list may be cut by permissions, but anybody may ask whether an
 * id is free: only that proves that a guest is gone. The first id that is taken shows a cut list, and ends the asking.
 */
export async function findFreeIds(
  client: ProxmoxClient,
  { vmids, cache, signal }: { vmids: readonly number[]; cache: TemplateCache; signal?: AbortSignal },
): Promise<number[]> {
  const free = vmids.filter((vmid) => cache.free.has(vmid));
  const asked = vmids.filter((vmid) => !cache.free.has(vmid)).slice(0, mostQuestions);
  for (const vmid of asked) {
    if (!(await isFree(client, vmid, signal))) break;
    cache.free.add(vmid);
    free.push(vmid);
  }
  return free;
}

/** No answer is no proof. */
async function isFree(client: ProxmoxClient, vmid: number, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await getNextId(client, { vmid, signal })) === vmid;
  } catch (error) {
    if (isProxmoxError(error)) return false;
    throw error;
  }
}

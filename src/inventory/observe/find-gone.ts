import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getNextId } from '../../proxmox/endpoints/next-id.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { TemplateCache } from './template-cache.ts';

/** So many ids are asked for in one scan; the rest stay in doubt until the next. */
const mostQuestions = 50;
/** So many ids that are not free show that the list is cut; asking for more would tell nothing new. */
const mostTaken = 3;

interface Question {
  vmids: readonly number[];
  cache: TemplateCache;
  signal?: AbortSignal;
}

/**
 * Which of the ids that are in no list are really free. A list may be cut by permissions, but anybody may ask whether an
 * id is free: only that proves that a guest is gone. Ids that were taken the last time are asked for last.
 */
export async function findFreeIds(
  client: ProxmoxClient,
  { vmids, cache, signal }: Question,
): Promise<number[]> {
  const free = vmids.filter((vmid) => cache.free.has(vmid) || !isPossible(vmid));
  const open = vmids.filter((vmid) => !free.includes(vmid));
  const asked = open
    .sort((a, b) => Number(cache.taken.has(a)) - Number(cache.taken.has(b)))
    .slice(0, mostQuestions);
  let taken = 0;
  for (const vmid of asked) {
    if (taken >= mostTaken) break;
    const isFree = await askFor(client, vmid, signal);
    if (isFree) free.push(vmid);
    else taken += 1;
    (isFree ? cache.free : cache.taken).add(vmid);
    (isFree ? cache.taken : cache.free).delete(vmid);
  }
  return free;
}

/** Proxmox never gives any other id; the predecessor's rows may hold one all the same. */
function isPossible(vmid: number): boolean {
  return vmid >= 100 && vmid <= 999_999_999;
}

/** No answer is no proof. */
async function askFor(client: ProxmoxClient, vmid: number, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await getNextId(client, { vmid, signal })) === vmid;
  } catch (error) {
    if (isProxmoxError(error)) return false;
    throw error;
  }
}

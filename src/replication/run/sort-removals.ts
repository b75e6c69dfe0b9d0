import type { ProxmoxClient } from '../../proxmox/client.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { Obstacle } from '../step/obstacle.ts';
import { describeHidden, lookAt } from '../step/look.ts';
import { lookForObstacle } from '../step/look-for-obstacle.ts';

/** A replica that is to go, as far as a look at it needs to know. */
export interface RemovalCandidate {
  vmid: number;
  /** What its marker must name. */
  sourceVmid: number;
}

/** Why a replica that is to go stays for now. */
export interface KeepReason {
  code: Obstacle['code'] | 'NOT_OURS' | 'NODE_UNREACHABLE';
  message: string;
}

export interface SortedRemovals<Candidate> {
  remove: Candidate[];
  keep: (Candidate & { reason: KeepReason })[];
}

/**
 * Looks at replicas that are to go, and sorts out those that cannot go now. Nothing is touched. Those that are gone
 * already are in neither list.
 */
export async function sortRemovals<Candidate extends RemovalCandidate>(
  access: { client: ProxmoxClient; signal?: AbortSignal },
  candidates: readonly Candidate[],
): Promise<SortedRemovals<Candidate>> {
  const sorted: SortedRemovals<Candidate> = { remove: [], keep: [] };
  for (const candidate of candidates) {
    const verdict = await judge(access, candidate);
    if (verdict === 'GO') sorted.remove.push(candidate);
    else if (verdict !== 'GONE') sorted.keep.push({ ...candidate, reason: verdict });
  }
  return sorted;
}

async function judge(
  { client, signal }: { client: ProxmoxClient; signal?: AbortSignal },
  { vmid, sourceVmid }: RemovalCandidate,
): Promise<'GO' | 'GONE' | KeepReason> {
  try {
    const guest = await lookAt(client, vmid, signal);
    if (guest.state === 'absent') return 'GONE';
    if (guest.state === 'hidden') return describeHidden(vmid);
    if (guest.marker?.source === sourceVmid)
      return (await lookForObstacle({ client, signal, guest, stop: false })) ?? 'GO';
    const message = `Guest ${vmid} does not carry our marker of a replica of ${sourceVmid}, so it stays.`;
    return { code: 'NOT_OURS', message };
  } catch (error) {
    if (isProxmoxError(error, 'NODE_UNREACHABLE'))
      return { code: 'NODE_UNREACHABLE', message: `Guest ${vmid} stays for now: ${error.message}` };
    throw error;
  }
}

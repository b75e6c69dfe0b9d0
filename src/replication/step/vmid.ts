import type { ProxmoxClient } from '../../proxmox/client.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getNextId } from '../../proxmox/endpoints/next-id.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { finalPhases } from '../phases.ts';
import type { Database } from '../../store/database.ts';
import { StepFailure } from './failure.ts';

const greatest = 999_999_999;

export interface VmidChoice {
  /** The ids to take from; without it Proxmox's own lowest free one and those above it. */
  range?: { first: number; last: number };
  /** Ids that other steps have claimed. */
  claimed: ReadonlySet<number>;
  signal?: AbortSignal;
}

/** The lowest id that nothing has and no step claims. Nothing reserves it in Proxmox: the clone call claims it. */
export async function pickVmid(client: ProxmoxClient, choice: VmidChoice): Promise<number> {
  const { range, claimed, signal } = choice;
  const { guests } = await listClusterResources(client, { type: 'vm', signal });
  const taken = new Set([...guests.map(({ vmid }) => vmid), ...claimed]);
  const first = range?.first ?? (await getNextId(client, { signal }));
  const last = range?.last ?? greatest;
  for (let vmid = first; vmid <= last; vmid += 1) {
    if (!taken.has(vmid) && (await isFree(client, vmid, signal))) return vmid;
  }
  const message = `No id is free between ${first} and ${last}. Widen the policy's vmidRange.`;
  throw new StepFailure('give-up', { code: 'NO_FREE_VMID', message });
}

/** Ids that unfinished steps of the cluster have claimed, and failed ones have left something under. */
export async function readClaimedVmids(database: Database, clusterId: string): Promise<Set<number>> {
  const rows = await database.replicationStep.findMany({
    where: {
      clusterId,
      vmid: { not: null },
      OR: [{ phase: { notIn: [...finalPhases] } }, { phase: { in: ['FAILED', 'CANCELLED'] } }],
    },
    select: { vmid: true },
  });
  return new Set(rows.flatMap(({ vmid }) => vmid ?? []));
}

async function isFree(client: ProxmoxClient, vmid: number, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await getNextId(client, { vmid, signal })) === vmid;
  } catch (error) {
    if (isProxmoxError(error, 'VMID_TAKEN')) return false;
    throw error;
  }
}

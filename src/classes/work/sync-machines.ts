import type { ProxmoxClient } from '../../proxmox/client.ts';
import { listClusterResources, type GuestResource } from '../../proxmox/endpoints/cluster-resources.ts';
import { getNextId } from '../../proxmox/endpoints/next-id.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { Store } from '../../store/store.ts';
import type { MachineRow } from '../rows.ts';

/** The machines of a class as they are now, and the ids that guests of the cluster have. */
export interface SyncedMachines {
  machines: MachineRow[];
  taken: Set<number>;
}

/**
 * Brings the rows of a class's machines up to date: nodes they moved to, and those that are gone. "Gone" is said only when
 * Proxmox calls the id free.
 */
export async function syncMachines(
  { prisma }: Pick<Store, 'prisma'>,
  client: ProxmoxClient,
  classId: number,
): Promise<SyncedMachines> {
  const { guests } = await listClusterResources(client, { type: 'vm' });
  const byVmid = new Map(guests.map((guest) => [guest.vmid, guest]));
  const rows = await prisma.classMachine.findMany({
    where: { classId },
    orderBy: [{ number: 'asc' }, { id: 'asc' }],
  });
  const machines: MachineRow[] = [];
  for (const row of rows) {
    const change = await findChange(client, row, byVmid);
    machines.push(
      change === undefined ? row : await prisma.classMachine.update({ where: { id: row.id }, data: change }),
    );
  }
  return { machines, taken: new Set(byVmid.keys()) };
}

type Change = Pick<MachineRow, 'state' | 'node'>;

async function findChange(
  client: ProxmoxClient,
  row: MachineRow,
  guests: ReadonlyMap<number, GuestResource>,
): Promise<Change | undefined> {
  if (row.vmid === null || row.clusterId === null) return undefined;
  const guest = guests.get(row.vmid);
  if (guest === undefined)
    return row.state !== 'MISSING' && (await isFree(client, row.vmid)) ? missing(row) : undefined;
  if (guest.node === row.node && row.state === 'PRESENT') return undefined;
  return { state: 'PRESENT', node: guest.node };
}

function missing({ node }: MachineRow): Change {
  return { state: 'MISSING', node };
}

async function isFree(client: ProxmoxClient, vmid: number): Promise<boolean> {
  try {
    return (await getNextId(client, { vmid })) === vmid;
  } catch (error) {
    if (isProxmoxError(error, 'VMID_TAKEN')) return false;
    throw error;
  }
}

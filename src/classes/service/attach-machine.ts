import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { Database } from '../../store/database.ts';
import type { ClassContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
import { attachMachineSchema, checkClassInput, type AttachMachineInput } from './class-input.ts';
import { findClass, findClient } from '../find-class.ts';
import type { MachineRow } from '../rows.ts';

/** Books a machine that somebody else made for a class; Template Hub never removes it. */
export async function attachMachine(context: ClassContext, input: AttachMachineInput): Promise<MachineRow> {
  const { classId, vmid, role, assignedTo } = checkClassInput(attachMachineSchema, input);
  const { prisma } = context.store;
  const { clusterId } = await findClass(prisma, classId);
  const client = findClient(context, clusterId);
  const { guests } = await listClusterResources(client, { type: 'vm' });
  const guest = guests.find((other) => other.vmid === vmid);
  if (guest === undefined) {
    const message = `There is no guest ${vmid} in cluster "${clusterId ?? ''}".`;
    throw new ClassError('GUEST_NOT_FOUND', message, { field: ['vmid'] });
  }
  const { kind, node } = guest;
  const { name, template } = await getGuestConfig(client, { kind, node, vmid });
  if (template) {
    const message = `Guest ${vmid} is a template, no machine. Register it as a base of the class instead.`;
    throw new ClassError('INVALID_INPUT', message, { field: ['vmid'] });
  }
  return context.store.transaction(async (database) => {
    await refuseBooked(database, { clusterId, vmid });
    const number = role === 'STUDENT' ? await nextNumber(database, classId) : null;
    return database.classMachine.create({
      data: {
        classId,
        clusterId,
        role,
        number,
        vmid,
        node,
        name,
        assignedTo,
        state: 'PRESENT',
        madeHere: false,
      },
    });
  });
}

/** @throws ClassError BELONGS_TO_ANOTHER_CLASS */
async function refuseBooked(
  database: Database,
  { clusterId, vmid }: { clusterId: string | null; vmid: number },
): Promise<void> {
  const booked = await database.classMachine.findFirst({ where: { clusterId, vmid } });
  if (booked === null) return;
  const message = `Guest ${vmid} is a machine of class ${booked.classId} already.`;
  throw new ClassError('BELONGS_TO_ANOTHER_CLASS', message, { field: ['vmid'] });
}

async function nextNumber(database: Database, classId: number): Promise<number> {
  const { _max } = await database.classMachine.aggregate({ where: { classId }, _max: { number: true } });
  return (_max.number ?? 0) + 1;
}

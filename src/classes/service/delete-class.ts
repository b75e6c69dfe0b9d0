import type { ProxmoxClient } from '../../proxmox/client.ts';
import { carryOut } from './carry-out.ts';
import type { ClassContext } from '../class-context.ts';
import { checkClassInput, deleteClassSchema, type DeleteClassInput } from './class-input.ts';
import type { GuestPlan } from '../plan/class-plan.ts';
import type { ClassAnswer } from './class-service.ts';
import { findClass, findClient, scanCluster } from '../find-class.ts';
import { lookAtGuest, type GuestLook } from '../facts/guest-look.ts';
import { judgeDeletion } from '../work/judge-class.ts';
import { releaseBases } from '../work/release-bases.ts';
import { lookAtLeaving } from '../leaving/leaving-guests.ts';
import { planDeletion, type ClassGuest } from '../plan/plan-deletion.ts';
import { findMadeBases, readBases } from '../facts/read-bases.ts';
import type { ClassRow, MachineRow } from '../rows.ts';
import { syncMachines } from '../work/sync-machines.ts';

/** Removes what was made for a class, and nothing else. */
export async function deleteClass(context: ClassContext, input: DeleteClassInput): Promise<ClassAnswer> {
  const { classId, confirm, ...order } = checkClassInput(deleteClassSchema, input);
  const found = await findClass(context.store.prisma, classId);
  return carryOut(context, {
    ...order,
    found: { ...found, clusterId: found.clusterId ?? '' },
    kind: 'CLASS_DELETE',
    confirmed: { confirm },
    request: {},
    makePlan: () => plan(context, found),
    settle: () => markDeleted(context, found),
  });
}

/** A class that has never had a cluster has nothing that could be removed. */
async function plan(context: ClassContext, found: ClassRow): Promise<GuestPlan> {
  if (found.clusterId === null) return planDeletion({ guestKind: 'qemu', guests: [] });
  const client = findClient(context, found.clusterId);
  const { prisma } = context.store;
  await scanCluster(context, found.clusterId);
  const { machines } = await syncMachines(context.store, client, found.id);
  const seen = await Promise.all(machines.map((machine) => lookAtMachine(client, machine)));
  const bases = await lookAtBases(context, client, found);
  const booked = [...seen.flat(), ...bases];
  const leaving = await lookAtLeaving(prisma, client, found.id);
  const others = leaving.filter(({ vmid }) => !booked.some((guest) => guest.vmid === vmid));
  const guestKind = (await isContainer(context, found)) ? 'lxc' : 'qemu';
  return planDeletion({ guestKind, guests: [...booked, ...others] });
}

async function lookAtMachine(client: ProxmoxClient, machine: MachineRow): Promise<ClassGuest[]> {
  const { classId, role, number, vmid, node, name, madeHere, baseVmid, state } = machine;
  if (vmid === null) return [];
  const look: GuestLook =
    state === 'MISSING' ? { sight: 'GONE' } : await lookAtGuest(client, { vmid, classId });
  return [
    {
      role,
      number: number ?? undefined,
      vmid,
      name: name ?? String(vmid),
      madeHere,
      baseVmid: baseVmid ?? undefined,
      ...look,
      node: look.node ?? node ?? '',
    },
  ];
}

async function lookAtBases(
  context: ClassContext,
  client: ProxmoxClient,
  found: ClassRow,
): Promise<ClassGuest[]> {
  const { prisma } = context.store;
  const made = await findMadeBases(prisma, found.id);
  const rows = await readBases(prisma, found);
  return Promise.all(
    rows.map(async ({ vmid, node, name }): Promise<ClassGuest> => {
      const look = await lookAtGuest(client, { vmid, classId: found.id });
      return { role: 'BASE', vmid, name, madeHere: made.has(vmid), ...look, node: look.node ?? node };
    }),
  );
}

async function isContainer({ store }: ClassContext, { id }: ClassRow): Promise<boolean> {
  const step = await store.prisma.replicationStep.findFirst({ where: { classId: id, guestKind: 'LXC' } });
  return step !== null;
}

/** Nothing is left to be removed: booked machines that were never made are forgotten. */
async function markDeleted({ store }: ClassContext, found: ClassRow): Promise<void> {
  await store.transaction(async (database) => {
    await database.classMachine.deleteMany({ where: { classId: found.id, vmid: null } });
    const state = await judgeDeletion(database, found);
    await database.class.update({ where: { id: found.id }, data: { state } });
    if (state === 'DELETED') await releaseBases(database, found.id);
  });
}

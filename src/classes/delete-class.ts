import { fromRowKind } from '../inventory/row-kind.ts';
import type { ProxmoxClient } from '../proxmox/client.ts';
import { isProxmoxError } from '../proxmox/proxmox-error.ts';
import { findLinkedClones } from '../replication/step/linked-clones.ts';
import { lookAt } from '../replication/step/look.ts';
import { carryOut } from './carry-out.ts';
import type { ClassContext } from './class-context.ts';
import { checkClassInput, deleteClassSchema, type DeleteClassInput } from './class-input.ts';
import type { GuestPlan } from './class-plan.ts';
import type { ClassAnswer } from './class-service.ts';
import { findClass, findClient, scanCluster } from './find-class.ts';
import { judgeDeletion } from './finish-run.ts';
import { planDeletion, type ClassGuest, type GuestSight } from './plan-deletion.ts';
import { findMadeBases, readBases } from './read-bases.ts';
import type { ClassRow, MachineRow } from './rows.ts';
import { syncMachines } from './sync-machines.ts';

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
  await scanCluster(context, found.clusterId);
  const { machines } = await syncMachines(context.store, client, found.id);
  const seen = await Promise.all(machines.map((machine) => lookAtMachine(client, machine)));
  const bases = await lookAtBases(context, client, found);
  const guestKind = (await isContainer(context, found)) ? 'lxc' : 'qemu';
  return planDeletion({ guestKind, guests: [...seen.flat(), ...bases] });
}

async function lookAtMachine(client: ProxmoxClient, machine: MachineRow): Promise<ClassGuest[]> {
  const { classId, role, number, vmid, node, name, madeHere, baseVmid, state } = machine;
  if (vmid === null) return [];
  const sight = state === 'MISSING' ? 'GONE' : await see(client, vmid, classId);
  return [
    {
      role,
      number: number ?? undefined,
      vmid,
      node: node ?? '',
      name: name ?? String(vmid),
      madeHere,
      sight,
      baseVmid: baseVmid ?? undefined,
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
    rows.map(async ({ vmid, node, name, kind }) => {
      const sight = await see(client, vmid, found.id);
      const ours = sight === 'OURS' && made.has(vmid);
      const children = ours
        ? await findLinkedClones({ client }, { kind: fromRowKind(kind), node, vmid })
        : [];
      return { role: 'BASE', vmid, node, name, madeHere: made.has(vmid), sight, children } as const;
    }),
  );
}

async function see(client: ProxmoxClient, vmid: number, classId: number): Promise<GuestSight> {
  try {
    const sight = await lookAt(client, vmid);
    if (sight.state === 'absent') return 'GONE';
    if (sight.state === 'hidden') return 'UNSEEN';
    return sight.marker?.classId === classId ? 'OURS' : 'OTHER';
  } catch (error) {
    if (isProxmoxError(error, 'NODE_UNREACHABLE')) return 'UNSEEN';
    throw error;
  }
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
  });
}

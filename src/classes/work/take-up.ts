import type { Pass, RemoveOrder } from '../../replication/order.ts';
import { createToken } from '../../replication/token.ts';
import { createPatientClient } from './patient-client.ts';
import { draftOrders } from './draft-orders.ts';
import { explainKept, lookAtLeaving } from '../leaving/leaving-guests.ts';
import { planDeletion } from '../plan/plan-deletion.ts';
import type { ClassRow } from '../rows.ts';

/**
 * What is to go of the cluster's classes and can go now. Of what stays it is written why. A class that a run is open of is
 * left to it.
 */
export async function takeUpLeaving(pass: Pass, now: Date): Promise<RemoveOrder[]> {
  const { store, clusterId } = pass;
  const classes = await store.prisma.class.findMany({
    where: {
      clusterId,
      looseGuests: { some: { state: 'LEAVING' } },
      runs: { none: { status: { not: 'FINISHED' } } },
    },
    orderBy: { id: 'asc' },
  });
  const orders = await Promise.all(classes.map((found) => takeUpClass(pass, found, now)));
  return orders.flat();
}

async function takeUpClass(
  { store, client, clusterId, random }: Pass,
  found: ClassRow,
  now: Date,
): Promise<RemoveOrder[]> {
  const guests = await lookAtLeaving(store.prisma, createPatientClient(client), found.id);
  const kinds = await store.prisma.looseGuest.findMany({
    where: { classId: found.id },
    select: { kind: true },
  });
  const guestKind = kinds.some(({ kind }) => kind === 'LXC') ? 'lxc' : 'qemu';
  const plan = planDeletion({ guestKind, guests });
  await explainKept(store.prisma, clusterId, { keep: plan.keep, now });
  const orders = draftOrders(found, { ...plan, attempt: [] }, () => createToken(random));
  return orders.filter((order) => order.kind === 'REMOVE');
}

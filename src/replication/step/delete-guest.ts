import { getClusterStatus } from '../../proxmox/endpoints/cluster-status.ts';
import { updateGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { deleteGuest, stopGuest } from '../../proxmox/endpoints/guest-tasks.ts';
import { getGuestStatus } from '../../proxmox/endpoints/guests.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import { findLinkedClones } from './linked-clones.ts';
import type { PresentGuest } from './look.ts';

/**
 * Begins the deletion of a guest whose marker the caller has checked, and notes its task. Never without quorum (disks
 * would be gone and the configuration would stay), never what linked clones hang on, never what runs unless told to.
 */
export async function beginDeletion(
  context: StepContext,
  step: StepRow,
  { guest, stop }: { guest: PresentGuest; stop: boolean },
): Promise<StepRow> {
  const { client, journal, lease, signal } = context;
  await checkQuorum(context);
  if (guest.config.template) await checkNoClones(context, guest);
  const { status } = await getGuestStatus(client, guest.address, { signal });
  if (status === 'running') return stopFirst(context, step, { guest, stop });
  lease.assertHeld();
  if (guest.config.protection)
    await updateGuestConfig(client, guest.address, { remove: ['protection'], signal });
  return journal.writeStep(step, { upid: await deleteGuest(client, guest.address, { signal }) });
}

async function checkQuorum({ client, signal }: StepContext): Promise<void> {
  const { quorate } = await getClusterStatus(client, { signal });
  if (quorate) return;
  const message = 'The cluster has no quorum: nothing is removed until it has.';
  throw new StepFailure('retry', { code: 'NO_QUORUM', message });
}

async function checkNoClones(context: StepContext, { address }: PresentGuest): Promise<void> {
  const clones = await findLinkedClones(context, address);
  if (clones.length === 0) return;
  const message = `Template ${address.vmid} stays: the linked clones ${clones.join(', ')} hang on it.`;
  throw new StepFailure('leave', { code: 'HAS_LINKED_CLONES', message });
}

async function stopFirst(
  context: StepContext,
  step: StepRow,
  { guest, stop }: { guest: PresentGuest; stop: boolean },
): Promise<StepRow> {
  if (!stop) {
    const message = `Guest ${guest.address.vmid} is running; it is not removed.`;
    throw new StepFailure('leave', { code: 'RUNNING', message });
  }
  context.lease.assertHeld();
  const upid = await stopGuest(context.client, guest.address, { signal: context.signal });
  return context.journal.writeStep(step, { upid });
}

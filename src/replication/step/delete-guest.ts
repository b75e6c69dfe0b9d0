import { getClusterStatus } from '../../proxmox/endpoints/cluster-status.ts';
import { updateGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { deleteGuest, stopGuest } from '../../proxmox/endpoints/guest-tasks.ts';
import { getGuestStatus } from '../../proxmox/endpoints/guests.ts';
import { parseUpid } from '../../proxmox/tasks/upid.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import type { PresentGuest } from './look.ts';
import { lookForObstacle } from './look-for-obstacle.ts';

export interface Deletion {
  guest: PresentGuest;
  /** Stop it first when it runs. */
  stop: boolean;
  /** It was never finished: protection on it is its source's. */
  halfMade: boolean;
}

/**
 * Begins the deletion of a guest whose marker the caller has checked, and notes its task. Everything that could stand in
 * its way is looked at before anything is touched: nothing is stopped that cannot be removed afterwards. Never without
 * quorum: the disks would be gone and the configuration would stay.
 */
export async function beginDeletion(
  context: StepContext,
  step: StepRow,
  deletion: Deletion,
): Promise<StepRow> {
  const { client, journal, lease, signal } = context;
  const { guest, stop, halfMade } = deletion;
  await checkQuorum(context);
  const obstacle = await lookForObstacle({ client, signal, guest, stop, halfMade });
  if (obstacle !== undefined) throw new StepFailure('leave', obstacle);
  const { status } = await getGuestStatus(client, guest.address, { signal });
  lease.assertHeld();
  if (status === 'running') {
    checkStopped(step, guest);
    return journal.writeStep(step, { upid: await stopGuest(client, guest.address, { signal }) });
  }
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

/** What was stopped and runs all the same is not stopped again at once. */
function checkStopped({ upid }: StepRow, { address }: PresentGuest): void {
  if (upid === null || !parseUpid(upid).type.endsWith('stop')) return;
  const message = `Guest ${address.vmid} was stopped, but still runs; it is not removed.`;
  throw new StepFailure('retry', { code: 'NO_EFFECT', message });
}

import { markDescription, unknownGeneration } from '../../inventory/lineage/marker.ts';
import { updateGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import { lookAt, type PresentGuest } from './look.ts';
import { describeLineage } from './source.ts';

/**
 * A guest that is the step's own, with its marker: written again where it is gone. Without it the next scan would take a
 * finished replica for an original, so a server that keeps no notes gets none.
 * @throws StepFailure MARKER_LOST
 */
export async function ensureMarked(
  context: StepContext,
  step: StepRow,
  guest: PresentGuest,
): Promise<PresentGuest> {
  if (guest.marker !== undefined) return guest;
  const { client, lease, logger, signal } = context;
  const { address, config } = guest;
  const marker = describeLineage(step, step.sourceGeneration ?? unknownGeneration);
  lease.assertHeld();
  const description = markDescription(config.description, marker);
  await updateGuestConfig(client, address, { set: { description }, digest: config.digest, signal });
  const sight = await lookAt(client, address.vmid, signal);
  if (sight.state === 'present' && sight.marker?.token === step.token) {
    logger.warn(
      { stepId: step.id, vmid: address.vmid },
      'the guest had lost its marker, which was written again',
    );
    return sight;
  }
  const message = `Guest ${address.vmid} on ${address.node} does not keep the line in its notes that marks it as ours, so it cannot be used.`;
  throw new StepFailure('give-up', { code: 'MARKER_LOST', message });
}

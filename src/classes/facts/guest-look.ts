import type { ProxmoxClient } from '../../proxmox/client.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { findLinkedClones } from '../../replication/step/linked-clones.ts';
import { describeHidden, lookAt, type PresentGuest } from '../../replication/step/look.ts';
import { lookForObstacle } from '../../replication/step/look-for-obstacle.ts';
import type { Obstacle } from '../../replication/step/obstacle.ts';

/**
 * What was seen of a guest before it is removed:
 * - OURS: it is there and carries the class's marker.
 * - OTHER: a guest has the id, but not the marker.
 * - GONE: no guest has the id.
 * - UNSEEN: its node does not answer, or we may not read it.
 */
export type GuestSight = 'OURS' | 'OTHER' | 'GONE' | 'UNSEEN';

/** A look at a guest that may be about to be removed. */
export interface GuestLook {
  sight: GuestSight;
  /** The node it is on; undefined when that was not seen. */
  node?: string;
  /** What would keep it from being removed, whatever hangs on it. */
  obstacle?: Obstacle;
  /** Guests that hang on it, the class's own and others; of templates. */
  children?: readonly number[];
}

export interface LookedFor {
  vmid: number;
  /** The class whose marker makes it ours. */
  classId: number;
  /** It was never finished. */
  halfMade?: boolean;
}

/** Looks at a guest of a class, wherever in the cluster it is. Changes nothing. */
export async function lookAtGuest(client: ProxmoxClient, wanted: LookedFor): Promise<GuestLook> {
  try {
    const guest = await lookAt(client, wanted.vmid);
    if (guest.state === 'absent') return { sight: 'GONE' };
    if (guest.state === 'hidden') return { sight: 'UNSEEN', obstacle: describeHidden(wanted.vmid) };
    return await lookClosely(client, guest, wanted);
  } catch (error) {
    if (isProxmoxError(error, 'NODE_UNREACHABLE')) return { sight: 'UNSEEN' };
    if (isProxmoxError(error, 'FORBIDDEN'))
      return { sight: 'UNSEEN', obstacle: { code: 'FORBIDDEN', message: error.message } };
    throw error;
  }
}

async function lookClosely(
  client: ProxmoxClient,
  guest: PresentGuest,
  { classId, halfMade }: LookedFor,
): Promise<GuestLook> {
  const { address, config, marker } = guest;
  const { node } = address;
  if (marker?.classId !== classId) return { sight: 'OTHER', node };
  const obstacle = await lookForObstacle({ client, guest, stop: true, halfMade, passClones: true });
  const children = config.template ? await findLinkedClones({ client }, address) : [];
  return { sight: 'OURS', node, obstacle, children };
}

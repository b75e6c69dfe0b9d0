import { isCopied } from '../../inventory/generation.ts';
import type { GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { StepRow } from '../rows.ts';
import type { PresentGuest, Sight } from './look.ts';

/** What the guest under a step's vmid is to the step. */
export type Judgement = 'ABSENT' | 'FOREIGN' | 'STUB' | 'LOCKED' | 'OURS';

/**
 * - STUB: a clone has begun, and does not say yet whose it is.
 * - LOCKED and OURS: it carries the marker with this step's own token.
 * - FOREIGN: anything else, other steps' guests included; it is not touched.
 */
export function judge(sight: Sight, step: Pick<StepRow, 'token'>): Judgement {
  if (sight.state === 'absent') return 'ABSENT';
  if (sight.state === 'hidden') return 'FOREIGN';
  if (sight.marker?.token === step.token) return sight.config.lock === undefined ? 'OURS' : 'LOCKED';
  return isBeginning(sight) ? 'STUB' : 'FOREIGN';
}

/** Containers' stubs have no text of their own, only the lock. */
function isBeginning({ stub, config, marker }: PresentGuest): boolean {
  const beingCloned = config.lock === 'clone' || config.lock === 'create' || config.lock === 'disk';
  return beingCloned && marker === undefined && (stub || config.disks.length === 0);
}

/** Whether a copy that nobody saw to its end has every drive of its source: drives are entered as they are copied. */
export function isComplete(copy: GuestConfig, source: GuestConfig): boolean {
  // A drive that still names its source's volume was not copied yet.
  const originals = new Set(source.disks.map(({ volume }) => volume));
  const copied = copy.disks.filter((disk) => isCopied(disk) && !originals.has(disk.volume));
  const sizes = new Map(copied.map((disk) => [disk.drive, disk.size]));
  return source.disks
    .filter(isCopied)
    .every(({ drive, size }) => sizes.has(drive) && (size === undefined || sizes.get(drive) === size));
}

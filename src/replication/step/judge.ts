import { fingerprintGeneration, isCopied } from '../../inventory/lineage/generation.ts';
import type { GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { StepRow } from '../rows.ts';
import type { PresentGuest, Sight } from './look.ts';
import { readMakeState } from './state.ts';

/** What the guest under a step's vmid is to the step. */
export type Judgement = 'ABSENT' | 'HIDDEN' | 'FOREIGN' | 'STUB' | 'LOCKED' | 'OURS';

/**
 * - HIDDEN: something is there that we may not see: whose it is, is not known.
 * - STUB: a clone has begun, and does not say yet whose it is.
 * - LOCKED and OURS: it carries the marker with this step's own token, or it is the very guest that the step's task
 *   made, and has no marker any more.
 * - FOREIGN: anything else, other steps' guests included; it is not touched.
 */
export function judge(sight: Sight, step: JudgedStep): Judgement {
  if (sight.state === 'absent') return 'ABSENT';
  if (sight.state === 'hidden') return 'HIDDEN';
  if (isOwn(sight, step)) return sight.config.lock === undefined ? 'OURS' : 'LOCKED';
  return isBeginning(sight) ? 'STUB' : 'FOREIGN';
}

/** What is known of the step's own guest. */
export type JudgedStep = Pick<StepRow, 'kind' | 'token' | 'parameters'>;

function isOwn({ marker, address, config }: PresentGuest, step: JudgedStep): boolean {
  if (marker !== undefined) return marker.token === step.token;
  return step.kind !== 'REMOVE' && readMakeState(step).made === fingerprintGuest({ address, config });
}

/** Tells a guest from whatever else may come under its id: what it is made of, and its name. */
export function fingerprintGuest({ address, config }: Pick<PresentGuest, 'address' | 'config'>): string {
  return `${fingerprintGeneration(address.kind, config)} ${config.name ?? ''}`;
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

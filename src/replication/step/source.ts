import { fingerprintGeneration } from '../../inventory/lineage/generation.ts';
import {
  markDescription,
  parseMarker,
  type Marker,
  type MarkerKind,
} from '../../inventory/lineage/marker.ts';
import { fromRowKind } from '../../inventory/lineage/row-kind.ts';
import { getGuestConfig, type GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { GuestAddress } from '../../proxmox/guests/guest.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { StepKind, StepRow } from '../rows.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import { findGuest } from './look.ts';

/** The guest whose bytes are copied, as it is now. */
export interface CopySource {
  address: GuestAddress;
  config: GuestConfig;
  /** The lineage source's generation that the copy will have. */
  generation: string;
}

/** Reads the guest to be cloned, wherever it is now. @throws StepFailure SOURCE_GONE, SOURCE_CHANGED */
export async function readSource(context: StepContext, step: StepRow): Promise<CopySource> {
  const { client, signal } = context;
  const address = await locate(context, step);
  const config = await getGuestConfig(client, address, { signal });
  return { address, config, generation: findGeneration(step, address, config) };
}

/** The same, or undefined when it is gone or has become something else. */
export async function readSourceIfSame(context: StepContext, step: StepRow): Promise<CopySource | undefined> {
  try {
    return await readSource(context, step);
  } catch (error) {
    if (error instanceof StepFailure || isProxmoxError(error, 'GUEST_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** The description of the new guest: the source's own text, a note, and the marker with this step's token. */
export function describeCopy(step: StepRow, { config, generation }: CopySource, note?: string): string {
  const text = note === undefined ? config.description : `${note}\n\n${config.description ?? ''}`;
  return markDescription(text, describeLineage(step, generation));
}

/** The marker of the step's guest. */
export function describeLineage(step: StepRow, generation: string): Marker {
  const classPart = step.classId === null ? {} : { classId: step.classId };
  const lineage = { vmid: vmidOf(step), source: step.sourceVmid, generation, token: step.token };
  return { kind: markerKindOf(step.kind), ...lineage, ...classPart };
}

async function locate(context: StepContext, step: StepRow): Promise<GuestAddress> {
  const vmid = step.copyVmid ?? step.sourceVmid;
  const found = await findGuest(context.client, vmid, context.signal);
  if (found !== undefined && found.kind === fromRowKind(step.guestKind)) return found;
  const message = `Guest ${vmid}, which was to be copied, is no longer there.`;
  throw new StepFailure('give-up', { code: 'SOURCE_GONE', message });
}

/** A copy of the source itself is of the generation it has now; a copy of a replica of the one in its marker. */
function findGeneration(step: StepRow, address: GuestAddress, config: GuestConfig): string {
  if (address.vmid === step.sourceVmid) return fingerprintGeneration(address.kind, config);
  const marker = parseMarker(config.description, address.vmid);
  if (marker?.source === step.sourceVmid && marker.generation === step.sourceGeneration)
    return marker.generation;
  const message = `Guest ${address.vmid} is no longer a current replica of ${step.sourceVmid}.`;
  throw new StepFailure('give-up', { code: 'SOURCE_CHANGED', message });
}

function markerKindOf(kind: StepKind): MarkerKind {
  const kinds = {
    REPLICA: 'replica',
    CLASS_BASE: 'class-base',
    CLASS_TEACHER: 'teacher',
    CLASS_STUDENT: 'student',
  } as const;
  return kind === 'REMOVE' ? 'replica' : kinds[kind];
}

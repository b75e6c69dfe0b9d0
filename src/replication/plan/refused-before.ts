import { z } from 'zod';
import type { Basis, PastRefusal } from './plan.ts';
import type { Reason } from './reason.ts';

const basisSchema = z.object({
  template: z.string(),
  policy: z.string(),
  storages: z.string(),
  rights: z.string().optional(),
  way: z.string(),
  room: z.number().optional(),
});

export function formatBasis(basis: Basis): string {
  return JSON.stringify(basis);
}

export function parseBasis(text: string): Basis {
  return basisSchema.parse(JSON.parse(text));
}

/** Room that somebody has made on a full storage; less comes and goes by itself. */
const mentionableRoom = 2 ** 30;

/** Why a copy is not tried again: it was refused, and nothing that matters has changed since. Pure. */
export function refuseRepeat(
  refusal: PastRefusal | undefined,
  { basis, bytes }: { basis: Basis; bytes: number },
): Reason | undefined {
  if (refusal === undefined) return undefined;
  const before = parseBasis(refusal.basis);
  if (hasChanged(before, basis)) return undefined;
  if (refusal.code === 'STORAGE_FULL' && hasRoom(before, { basis, bytes })) return undefined;
  const { runId, message, sourceVmid, targetNode } = refusal;
  return {
    code: 'REFUSED_BEFORE',
    message: `${message.replace(/\.$/, '')} (run ${runId}). It is not copied again until the template, the policy, rights or storages change, or somebody asks: hub replicate run --retry --vmid ${sourceVmid} --node ${targetNode}`,
  };
}

const parts = ['template', 'policy', 'storages', 'rights', 'way'] as const;

/** What is not known now, or was not then, has not changed. */
export function hasChanged(before: Basis, now: Partial<Basis>): boolean {
  return parts.some((part) => {
    const [then, today] = [before[part], now[part]];
    return then !== undefined && today !== undefined && then !== today;
  });
}

function hasRoom({ room: before }: Basis, { basis, bytes }: { basis: Basis; bytes: number }): boolean {
  if (before === undefined || basis.room === undefined) return false;
  return basis.room - before >= Math.min(bytes, mentionableRoom);
}

import { observeStorages } from '../../inventory/observe/observe-nodes.ts';
import { fromRowKind } from '../../inventory/lineage/row-kind.ts';
import { getPermissions } from '../../proxmox/endpoints/access.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { digestRights, digestStorages, digestTemplate } from '../plan/basis.ts';
import { formatBasis, hasChanged, parseBasis } from '../plan/refused-before.ts';
import { mapStorages } from '../plan/storage-map.ts';
import { computePause } from '../../time/back-off.ts';
import type { Basis } from '../plan/plan.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { toFailure } from './failure.ts';

/** What is written of a refusal, so that the next run does not copy for it again. */
export interface RefusalMemory {
  refusedAt?: Date;
  basis?: string;
}

/** Tries of reading what a copy was planned from. */
const mostTries = 5;

/**
 * A refusal is remembered with what the copy was planned from, as far as that is still so: where somebody has changed it
 * meanwhile, it may come back, and is no reason then. What was not known of it is read now. What we may not read has not
 * changed, as far as we know; where Proxmox does not answer nothing is remembered.
 */
export async function rememberRefusal(context: StepContext, step: StepRow): Promise<RefusalMemory> {
  const refusedAt = new Date(context.clock.now());
  if (step.basis === null) return { refusedAt };
  const basis = parseBasis(step.basis);
  const now = await readNow(context, step);
  if (now === undefined || hasChanged(basis, now)) return {};
  return { refusedAt, basis: formatBasis({ ...basis, rights: basis.rights ?? now.rights }) };
}

/** What the copy was planned from, as it is now; undefined when Proxmox does not tell, however often it is asked. */
async function readNow(context: StepContext, step: StepRow): Promise<Partial<Basis> | undefined> {
  const { clock, random, settings, signal } = context;
  for (let tries = 1; tries <= mostTries; tries += 1) {
    try {
      const [template, storages, rights] = await Promise.all([
        unlessForbidden(readTemplate(context, step)),
        unlessForbidden(readStorages(context, step)),
        unlessForbidden(readRights(context, step)),
      ]);
      return { template, storages, rights };
    } catch (error) {
      signal.throwIfAborted();
      if (!isProxmoxError(error)) throw error;
      await clock.sleep(computePause(tries, settings.backOff, random), signal);
    }
  }
  return undefined;
}

/** An answer, or undefined where there will be none, however often it is asked for. */
async function unlessForbidden<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isProxmoxError(error) && toFailure(error).action === 'give-up') return undefined;
    throw error;
  }
}

async function readTemplate({ client, signal }: StepContext, step: StepRow): Promise<string | undefined> {
  const { guestKind, sourceVmid, sourceNode, copyVmid, copyNode } = step;
  if (sourceNode === null || copyVmid === null || copyNode === null) return undefined;
  const kind = fromRowKind(guestKind);
  const [source, copy] = await Promise.all([
    getGuestConfig(client, { kind, vmid: sourceVmid, node: sourceNode }, { signal }),
    getGuestConfig(client, { kind, vmid: copyVmid, node: copyNode }, { signal }),
  ]);
  return digestTemplate([source.digest, copy.digest]);
}

async function readStorages({ client, signal }: StepContext, step: StepRow): Promise<string> {
  const storages = mapStorages(observeStorages(await listClusterResources(client, { signal })));
  return digestStorages([step.copyNode ?? '', step.targetNode].flatMap((node) => storages.all(node)));
}

async function readRights({ client, signal }: StepContext, step: StepRow): Promise<string> {
  return digestRights(await getPermissions(client, { signal }), [step.sourceVmid, step.copyVmid ?? 0]);
}

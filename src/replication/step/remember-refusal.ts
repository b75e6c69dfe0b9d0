import { observeStorages } from '../../inventory/observe/observe-nodes.ts';
import { fromRowKind } from '../../inventory/lineage/row-kind.ts';
import { getPermissions } from '../../proxmox/endpoints/access.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { digestRights, digestStorages, digestTemplate } from '../plan/basis.ts';
import { formatBasis, hasChanged, parseBasis } from '../plan/refused-before.ts';
import { mapStorages } from '../plan/storage-map.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';

/** What is written of a refusal, so that the next run does not copy for it again. */
export interface RefusalMemory {
  refusedAt?: Date;
  basis?: string;
}

/**
 * A refusal is remembered with what the copy was planned from, as far as that is still so: where somebody has changed it
 * meanwhile, it may come back, and is no reason then. What was not known of it is read now; what cannot be read has not
 * changed.
 */
export async function rememberRefusal(context: StepContext, step: StepRow): Promise<RefusalMemory> {
  const refusedAt = new Date(context.clock.now());
  if (step.basis === null) return { refusedAt };
  const basis = parseBasis(step.basis);
  const [template, storages, rights] = await Promise.all([
    ask(context, readTemplate(context, step)),
    ask(context, readStorages(context, step)),
    ask(context, readRights(context, step)),
  ]);
  if (hasChanged(basis, { template, storages, rights })) return {};
  return { refusedAt, basis: formatBasis({ ...basis, rights: basis.rights ?? rights }) };
}

/** An answer, or undefined where there is none. */
async function ask<Answer>({ signal }: StepContext, asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    signal.throwIfAborted();
    if (isProxmoxError(error)) return undefined;
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

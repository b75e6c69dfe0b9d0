import { observeStorages } from '../../inventory/observe-nodes.ts';
import { fromRowKind } from '../../inventory/row-kind.ts';
import { getPermissions } from '../../proxmox/endpoints/access.ts';
import { listClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { isProxmoxError } from '../../proxmox/proxmox-error.ts';
import { digestRights, digestStorages, digestTemplate } from '../plan/basis.ts';
import { parseBasis } from '../plan/refused-before.ts';
import { mapStorages } from '../plan/storage-map.ts';
import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';

/**
 * Whether what a copy was planned from is still so. Where somebody has changed it meanwhile, a refusal says nothing about
 * the next copy: what it was planned from may come back, and is no reason then. What cannot be read has not changed.
 */
export async function doesBasisHold(context: StepContext, step: StepRow): Promise<boolean> {
  if (step.basis === null) return true;
  const basis = parseBasis(step.basis);
  const answers = await Promise.all([
    ask(context, async () => (await readTemplate(context, step)) === basis.template),
    ask(context, async () => (await readStorages(context, step)) === basis.storages),
    ask(
      context,
      async () => basis.rights === undefined || (await readRights(context, step)) === basis.rights,
    ),
  ]);
  return !answers.includes(false);
}

async function ask({ signal }: StepContext, compare: () => Promise<boolean>): Promise<boolean> {
  try {
    return await compare();
  } catch (error) {
    signal.throwIfAborted();
    if (isProxmoxError(error)) return true;
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

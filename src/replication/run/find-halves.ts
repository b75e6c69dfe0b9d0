import type { ClusterObservation } from '../../inventory/observe/observation.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { nameReplica } from '../policy/replica-name.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import type { StepRow } from '../rows.ts';
import { lookAt, type PresentGuest, type Sight } from '../step/look.ts';
import type { RunContext } from './context.ts';

/** A step that failed or was cancelled and left something under its id, and what is there now. */
export interface Leftover {
  step: StepRow;
  /** Undefined when its node does not answer: nothing is known. */
  sight?: Sight;
}

/** A guest with our marker that is no template yet, and that no step of the store knows. */
export interface Stray {
  guest: PresentGuest & { marker: NonNullable<PresentGuest['marker']> };
}

/** Steps of earlier runs whose guest could not be taken back: they still name its id. */
export async function findLeftovers({ engine, cluster, signal }: RunContext): Promise<Leftover[]> {
  const steps = await engine.store.prisma.replicationStep.findMany({
    where: {
      clusterId: cluster.id,
      kind: { not: 'REMOVE' },
      phase: { in: ['FAILED', 'CANCELLED'] },
      vmid: { not: null },
    },
    orderBy: { id: 'asc' },
  });
  return Promise.all(
    steps.map(async (step) => ({
      step,
      sight: await lookIfPossible(cluster.client, step.vmid ?? 0, signal),
    })),
  );
}

/**
 * Half-made replicas nobody knows of: the database was lost, or a call that had been given up for lost was executed late.
 * Only guests that bear a replica's name, or none yet, are read.
 */
export async function findStrays(
  { engine, cluster, signal }: RunContext,
  { observation, policy }: { observation: ClusterObservation; policy: ReplicationPolicy },
): Promise<Stray[]> {
  const names = replicaNames(observation, policy);
  const online = observation.nodes.filter(({ state }) => state === 'ONLINE').map(({ name }) => name);
  const suspects = observation.guests.filter(
    ({ template, running, name }) => !template && !running && (name === undefined || names.has(name)),
  );
  const looks = suspects
    .filter(({ node }) => online.includes(node))
    .map(({ vmid }) => lookIfPossible(cluster.client, vmid, signal));
  const found = (await Promise.all(looks)).flatMap((sight) => (sight && toStray(sight)) ?? []);
  const tokens = found.map(({ guest }) => guest.marker.token);
  const known = await engine.store.prisma.replicationStep.findMany({
    where: {
      token: { in: tokens },
      OR: [{ phase: { notIn: ['DONE', 'FAILED', 'CANCELLED'] } }, { vmid: { not: null } }],
    },
    select: { token: true },
  });
  const taken = new Set(known.map(({ token }) => token));
  return found.filter(({ guest }) => !taken.has(guest.marker.token));
}

/** A guest that cannot be read now is looked at again in the next pass. */
async function lookIfPossible(
  client: ProxmoxClient,
  vmid: number,
  signal: AbortSignal,
): Promise<Sight | undefined> {
  try {
    return await lookAt(client, vmid, signal);
  } catch (error) {
    if (isProxmoxError(error)) return undefined;
    throw error;
  }
}

/** Names that replicas of the templates that are there would have. */
function replicaNames({ templates, nodes }: ClusterObservation, policy: ReplicationPolicy): Set<string> {
  const pairs = templates.flatMap(({ name, vmid }) => nodes.map((node) => ({ name, vmid, node: node.name })));
  return new Set(pairs.map((pair) => nameReplica(policy.namePattern, pair)));
}

function toStray(sight: Sight): Stray | undefined {
  if (sight.state !== 'present' || sight.config.template || sight.marker?.kind !== 'replica')
    return undefined;
  return { guest: { ...sight, marker: sight.marker } };
}

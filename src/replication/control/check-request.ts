import { readTemplateRows } from '../../inventory/observe/known-templates.ts';
import type { ClusterObservation } from '../../inventory/observe/observation.ts';
import { suggest } from '../../names/did-you-mean.ts';
import type { Engine, EngineCluster } from '../engine.ts';
import { ReplicationError } from '../replication-error.ts';
import { scanOnce } from '../run/survey.ts';

/** What a request names, and the clusters that it is about. */
export interface NamedScope {
  readonly clusters: readonly EngineCluster[];
  readonly vmids?: readonly number[];
  readonly nodes?: readonly string[];
}

/** What one cluster knows of the names in a request. */
interface Known {
  readonly clusterId: string;
  /** Guests that are originals, or bases of classes. */
  readonly originals: ReadonlySet<number>;
  /** Replicas and their sources. */
  readonly replicas: ReadonlyMap<number, number | null>;
  /** Guests that are no templates; only a scan knows them. */
  readonly guests: ReadonlySet<number>;
  /** Guests of which nobody can tell: they are on a node that is offline, or may not be read. */
  readonly doubtful: ReadonlySet<number>;
  readonly nodes: ReadonlySet<string>;
  /** Nothing could be seen: what is not known here may be there all the same. */
  readonly hidden: boolean;
}

/**
 * Refuses names that no cluster of the request has: a typing error would find nothing to do, and succeed. What the store
 * does not know is looked for on the clusters first; where one cannot be seen, nothing is refused.
 * @throws ReplicationError TEMPLATE_NOT_FOUND, NODE_NOT_FOUND
 */
export async function checkRequest(engine: Engine, scope: NamedScope): Promise<void> {
  if (scope.vmids === undefined && scope.nodes === undefined) return;
  const stored = await Promise.all(scope.clusters.map((cluster) => readKnown(engine, cluster.id)));
  if (findFault(stored, scope) === undefined) return;
  const seen = await Promise.all(scope.clusters.map((cluster) => look(engine, cluster)));
  const fault = findFault(seen, scope);
  if (fault && seen.every(({ hidden }) => !hidden)) throw fault;
}

async function look(engine: Engine, cluster: EngineCluster): Promise<Known> {
  const { observation } = await scanOnce({ engine, cluster });
  return readKnown(engine, cluster.id, observation);
}

async function readKnown(
  { store: { prisma } }: Engine,
  clusterId: string,
  observation?: ClusterObservation,
): Promise<Known> {
  const cluster = await prisma.cluster.findUniqueOrThrow({ where: { id: clusterId } });
  const rows = (await readTemplateRows(prisma, cluster)).filter(({ state }) => state !== 'MISSING');
  const nodes = await prisma.node.findMany({ where: { clusterId }, select: { name: true } });
  return {
    clusterId,
    originals: new Set(rows.filter(({ isReplica }) => !isReplica).map(({ vmid }) => vmid)),
    replicas: new Map(
      rows.filter(({ isReplica }) => isReplica).map(({ vmid, sourceVmid }) => [vmid, sourceVmid]),
    ),
    guests: listVmids(observation, false),
    doubtful: listVmids(observation, undefined),
    nodes: new Set(nodes.map(({ name }) => name)),
    hidden: observation !== undefined && (!observation.reachable || observation.blind !== undefined),
  };
}

function listVmids(observation: ClusterObservation | undefined, template: boolean | undefined): Set<number> {
  const found = observation?.guests.filter((guest) => guest.template === template) ?? [];
  return new Set(found.map(({ vmid }) => vmid));
}

/** What is wrong with a request; undefined when every name in it is known. Pure. */
export function findFault(
  known: readonly Known[],
  { vmids = [], nodes = [] }: Pick<NamedScope, 'vmids' | 'nodes'>,
): ReplicationError | undefined {
  const where = known.map(({ clusterId }) => clusterId).join(' or ');
  const vmid = vmids.find(
    (one) => !known.some(({ originals, doubtful }) => originals.has(one) || doubtful.has(one)),
  );
  if (vmid !== undefined)
    return new ReplicationError('TEMPLATE_NOT_FOUND', describeVmid(vmid, { known, where }));
  const node = nodes.find((one) => !known.some((cluster) => cluster.nodes.has(one)));
  if (node === undefined) return undefined;
  const names = [...new Set(known.flatMap((cluster) => [...cluster.nodes]))].sort();
  const message = `There is no node "${node}" in ${where}${suggest(node, names) || `; there are ${names.join(', ')}`}`;
  return new ReplicationError('NODE_NOT_FOUND', message);
}

function describeVmid(vmid: number, { known, where }: { known: readonly Known[]; where: string }): string {
  const copies = known.find(({ replicas }) => replicas.has(vmid));
  const source = copies?.replicas.get(vmid);
  if (copies)
    return `Template ${vmid} of ${copies.clusterId} is a replica${source ? ` of ${source}: ask for that` : ''}`;
  const guest = known.find(({ guests }) => guests.has(vmid));
  if (guest) return `Guest ${vmid} of ${guest.clusterId} is no template`;
  return `There is no template ${vmid} in ${where}: hub template list shows those that are there`;
}

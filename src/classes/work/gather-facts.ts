import type { ProxmoxClient } from '../../proxmox/client.ts';
import { readClaimedVmids } from '../../replication/step/vmid.ts';
import type { Database } from '../../store/database.ts';
import type { ClassContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
import type { BaseFacts, ClassFacts, ClassOrder, SourceFacts, StudentFacts } from '../facts/class-facts.ts';
import { readSettings, splitList } from '../class-settings.ts';
import { findClient, scanCluster, type DeployableClass } from '../find-class.ts';
import { lookAtLeaving } from '../leaving/leaving-guests.ts';
import { findMadeBases, readBases } from '../facts/read-bases.ts';
import { readNodes } from '../facts/read-nodes.ts';
import { readObstacles } from '../facts/read-obstacles.ts';
import { readSource, readStandIn } from '../facts/read-source.ts';
import type { MachineRow, TemplateRow } from '../rows.ts';
import { syncMachines } from './sync-machines.ts';

/**
 * Scans the cluster and reads everything that decides about a class's machines.
 *
 * @throws ClassError CLUSTER_NOT_FOUND, CLUSTER_UNREACHABLE, NO_QUORUM, SOURCE_NOT_FOUND, CLASS_TEMPLATE_AS_SOURCE
 */
export async function gatherFacts(context: ClassContext, found: DeployableClass): Promise<ClassFacts> {
  const { prisma } = context.store;
  const { clusterId } = found;
  const client = findClient(context, clusterId);
  await scanCluster(context, clusterId);
  const original = await readOriginal(context, client, found);
  const order = toOrder(found);
  const { nodes, refusal } = await readPlaces(prisma, client, { found, order, source: original });
  const source = { ...original, refusal };
  const { machines, taken } = await syncMachines(context.store, client, found.id);
  const claimed = await readClaimedVmids(prisma, clusterId);
  const leaving = await lookAtLeaving(prisma, client, found.id);
  const isLeaving = ({ vmid }: { vmid: number }) => leaving.some((guest) => guest.vmid === vmid);
  return {
    order,
    source,
    nodes,
    taken: new Set([...taken, ...claimed]),
    teacherPresent: machines.some(({ role, vmid, state }) => role === 'TEACHER' && isThere({ vmid, state })),
    bases: (await readBaseFacts(prisma, found)).filter((base) => !isLeaving(base)),
    students: machines.flatMap(toStudent),
    leaving,
  };
}

/** The original; where it is gone, one of the bases that were made from it. */
async function readOriginal(
  { store: { prisma } }: ClassContext,
  client: ProxmoxClient,
  found: DeployableClass,
): Promise<SourceFacts> {
  try {
    return await readSource(prisma, client, { clusterId: found.clusterId, vmid: found.sourceVmid });
  } catch (error) {
    const [base] = await readBases(prisma, found);
    const isGone = error instanceof ClassError && error.code === 'SOURCE_NOT_FOUND';
    if (!isGone || base === undefined) throw error;
    return readStandIn(client, base);
  }
}

interface Places {
  found: DeployableClass;
  order: ClassOrder;
  source: SourceFacts;
}

/** The nodes with what stands in the way of copies there, and why there can be none at all. */
async function readPlaces(
  database: Database,
  client: ProxmoxClient,
  { found: { clusterId, pool }, order, source }: Places,
): Promise<Pick<ClassFacts, 'nodes'> & Pick<SourceFacts, 'refusal'>> {
  const rows = await readNodes(database, clusterId, source.kind);
  const nodes = rows.filter(({ online }) => online).map(({ name }) => name);
  const asked = { vmids: order.vmids, clusterId, pool };
  const { refusal, nodes: known } = await readObstacles(database, client, { order: asked, source, nodes });
  return { refusal, nodes: rows.map((node) => ({ ...node, obstacles: [], ...known.get(node.name) })) };
}

function toOrder(found: DeployableClass): ClassOrder {
  const { storage, snapshot, start, allowFullClones } = readSettings(found);
  return {
    classId: found.id,
    name: found.name,
    teacher: found.teacher,
    namePattern: found.namePattern,
    vmids: { first: found.vmidFirst, last: found.vmidLast },
    nodes: splitList(found.nodes),
    storage,
    snapshot,
    start,
    allowFullClones,
  };
}

async function readBaseFacts(database: Database, found: DeployableClass): Promise<BaseFacts[]> {
  const rows = await readBases(database, found);
  const made = await findMadeBases(database, found.id);
  return rows.map((row) => toBase(row, made));
}

function toBase(row: TemplateRow & { node: string }, made: ReadonlySet<number>): BaseFacts {
  const { vmid, node, name, generation, sourceGeneration } = row;
  return {
    vmid,
    node,
    name,
    generation: generation ?? undefined,
    madeFrom: sourceGeneration ?? undefined,
    removable: made.has(vmid),
  };
}

function toStudent(machine: MachineRow): StudentFacts[] {
  const { role, number, vmid, node, name, baseVmid, madeHere } = machine;
  if (role !== 'STUDENT' || number === null || vmid === null || node === null || !isThere(machine)) return [];
  return [{ number, vmid, node, name: name ?? String(vmid), baseVmid: baseVmid ?? undefined, madeHere }];
}

/** Imported machines that no scan has seen count as there: what is not known is not made again. */
function isThere({ vmid, state }: Pick<MachineRow, 'vmid' | 'state'>): boolean {
  return vmid !== null && state !== 'MISSING' && state !== 'PLANNED';
}

import type { Class, Cluster, Template } from '../../../prisma/generated/sqlite/client.ts';
import type { Database, Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { MutationError } from '../mutations/user-error.ts';

/** A base template and the class that it belongs to. */
export interface ClassTemplateRegistration {
  readonly classId: number;
  readonly clusterId: string;
  readonly vmid: number;
  readonly sourceVmid: number;
  readonly node: string;
  readonly name?: string | null;
  /** Only check. */
  readonly dryRun?: boolean | null;
}

/**
 * Records that a template is the base template of a class: a class template and replica of its source.
 *
 * @returns the row; null in a dry run.
 * @throws {MutationError} when the class, the cluster or the source is not there, or the input contradicts itself.
 */
export function registerClassTemplate(
  store: Store,
  clock: Clock,
  registration: ClassTemplateRegistration,
): Promise<Template | null> {
  return store.transaction(async (database) => {
    const found = await checkRegistration(database, registration);
    if (registration.dryRun) return null;
    const template = await writeTemplate(database, registration, found);
    if (found.known && isSame(found.known, template)) return template;
    await database.templateChange.create({
      data: {
        at: new Date(clock.now()),
        kind: 'REGISTERED',
        templateId: template.id,
        clusterId: registration.clusterId,
        vmid: template.vmid,
        name: template.name,
        node: template.node,
      },
    });
    return template;
  });
}

/** What a registration refers to. */
interface Found {
  readonly owner: Class;
  readonly cluster: Cluster;
  readonly source: Template;
  /** The row of the base template, where a scan has seen it already. */
  readonly known: Template | null;
}

async function checkRegistration(
  database: Database,
  registration: ClassTemplateRegistration,
): Promise<Found> {
  const { classId, clusterId, vmid, sourceVmid } = registration;
  if (vmid < 100) throw new MutationError('INVALID_INPUT', 'a VMID is at least 100', ['input', 'vmid']);
  if (vmid === sourceVmid) {
    throw new MutationError('INVALID_INPUT', 'a template can not be its own source', ['input', 'sourceVmid']);
  }
  const owner = await database.class.findUnique({ where: { id: classId } });
  if (!owner)
    throw new MutationError('CLASS_NOT_FOUND', `there is no class ${classId}`, ['input', 'classId']);
  const cluster = await database.cluster.findUnique({ where: { id: clusterId } });
  if (!cluster) throw new MutationError('CLUSTER_NOT_FOUND', `there is no cluster ${clusterId}`);
  const source = await database.template.findFirst({
    where: { clusterId, vmid: sourceVmid },
    orderBy: { id: 'asc' },
  });
  if (!source) {
    const message = `there is no template ${sourceVmid} in the cluster ${clusterId}: scan it first`;
    throw new MutationError('TEMPLATE_NOT_FOUND', message, ['input', 'sourceVmid']);
  }
  const known = await database.template.findFirst({ where: { clusterId, vmid }, orderBy: { id: 'asc' } });
  return { owner, cluster, source, known };
}

/** The row said so already: there is nothing to tell of. */
function isSame(before: Template, after: Template): boolean {
  return before.isClassTemplate && before.classId === after.classId && before.sourceVmid === after.sourceVmid;
}

function writeTemplate(
  database: Database,
  { vmid, node, name }: ClassTemplateRegistration,
  { owner, cluster, source, known }: Found,
): Promise<Template> {
  const data = {
    node,
    clusterId: cluster.id,
    clusterIp: cluster.host,
    isReplica: true,
    isClassTemplate: true,
    classId: owner.id,
    sourceVmid: source.vmid,
    sourceNode: source.node,
  };
  if (known)
    return database.template.update({ where: { id: known.id }, data: { ...data, name: name ?? known.name } });
  return database.template.create({ data: { ...data, vmid, name: name ?? `${owner.name}-basetemplate` } });
}

import type { StepRow } from '../replication/rows.ts';
import type { Database } from '../store/store.ts';

/** Writes the row of a base template that a step has made, as the next scan would find it. */
export async function writeBase(database: Database, step: StepRow, now: Date): Promise<void> {
  const { clusterId, classId, vmid, runId, name, targetNode: node } = step;
  if (vmid === null || classId === null) return;
  await countGeneration(database, step);
  const data = {
    name,
    node,
    kind: step.guestKind,
    state: 'PRESENT',
    isReplica: true,
    sourceVmid: step.sourceVmid,
    sourceNode: step.sourceNode,
    sourceGeneration: step.sourceGeneration,
    isClassTemplate: true,
    classId,
    lastVerifiedAt: now,
    missingSince: null,
  } as const;
  const known = await database.template.findFirst({ where: { clusterId, vmid }, orderBy: { id: 'asc' } });
  const { host } = await database.cluster.findUniqueOrThrow({ where: { id: clusterId } });
  const template = known
    ? await database.template.update({ where: { id: known.id }, data })
    : await database.template.create({ data: { ...data, vmid, clusterId, clusterIp: host } });
  const change = { at: now, templateId: template.id, clusterId, vmid, name, node, runId } as const;
  await database.templateChange.create({
    data: { ...change, kind: 'REPLICATED', detail: 'base of a class' },
  });
}

/** A class has a new generation when a base is made of an original that none of its bases was made of. */
async function countGeneration(database: Database, { classId, sourceGeneration }: StepRow): Promise<void> {
  if (classId === null) return;
  const same = await database.template.findFirst({
    where: { classId, isClassTemplate: true, sourceGeneration },
  });
  if (same !== null) return;
  await database.class.update({ where: { id: classId }, data: { generation: { increment: 1 } } });
}

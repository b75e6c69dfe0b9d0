import { readClusterAddress } from '../../inventory/record/cluster-address.ts';
import type { Database } from '../../store/database.ts';
import type { StepRow } from '../rows.ts';
import { vmidOf } from './vmid-of.ts';

/** What is written of a template besides what its step says. */
export interface MadeTemplate {
  readonly now: Date;
  /** Whether it is the base of the step's class. */
  readonly isClassTemplate?: true;
  /** Told with the change. */
  readonly detail?: string;
}

/** Writes the row of a template that a step has made, as the next scan would find it: nobody has to wait for that. */
export async function writeMadeTemplate(
  database: Database,
  step: StepRow,
  { now, isClassTemplate, detail }: MadeTemplate,
): Promise<void> {
  const vmid = vmidOf(step);
  const { clusterId, classId, runId, name, targetNode: node } = step;
  const data = {
    name,
    node,
    kind: step.guestKind,
    state: 'PRESENT',
    isReplica: true,
    sourceVmid: step.sourceVmid,
    sourceNode: step.sourceNode,
    sourceGeneration: step.sourceGeneration,
    isClassTemplate,
    classId,
    // An id that was used before says nothing about this guest; the next scan fills it in.
    generation: null,
    configDigest: null,
    lastVerifiedAt: now,
    missingSince: null,
    reopenedAt: null,
    copiedAt: step.startedAt ?? now,
  } as const;
  const known = await database.template.findFirst({ where: { clusterId, vmid }, orderBy: { id: 'asc' } });
  const template = known
    ? await database.template.update({ where: { id: known.id }, data })
    : await database.template.create({
        data: { ...data, vmid, clusterId, clusterIp: await readClusterAddress(database, clusterId) },
      });
  const change = { at: now, templateId: template.id, clusterId, vmid, name, node, runId } as const;
  await database.templateChange.create({ data: { ...change, kind: 'REPLICATED', detail } });
}

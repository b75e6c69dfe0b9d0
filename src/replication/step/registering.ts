import type { Database } from '../../store/store.ts';
import type { StepRow } from '../rows.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { readMakeState } from './state.ts';

/** REGISTERING: the row of what was made and the end of the step are one write. */
export async function register(context: StepContext, step: StepRow): Promise<StepRow> {
  const now = new Date(context.clock.now());
  const { advice } = readMakeState(step);
  const done = {
    phase: 'DONE',
    upid: null,
    percent: 100,
    bytesDone: step.bytesTotal,
    finishedAt: now,
    errorCode: advice === undefined ? null : 'LOOSE_VOLUMES',
    errorMessage: advice ?? null,
  } as const;
  return context.journal.writeStep(step, done, async (database, written) => {
    if (step.kind === 'REPLICA') await writeReplica(database, written, now);
    await context.extensions.get(step.kind)?.register?.(database, written);
  });
}

/** What the next scan would find; written now so that nobody has to wait for it. */
async function writeReplica(database: Database, step: StepRow, now: Date): Promise<void> {
  const vmid = vmidOf(step);
  const { clusterId, runId, classId, targetNode: node, name } = step;
  const found = await database.template.findFirst({ where: { clusterId, vmid }, orderBy: { id: 'asc' } });
  const data = {
    name,
    node,
    kind: step.guestKind,
    state: 'PRESENT',
    isReplica: true,
    sourceVmid: step.sourceVmid,
    sourceNode: step.sourceNode,
    sourceGeneration: step.sourceGeneration,
    classId,
    // An id that was used before says nothing about this guest; the next scan fills it in.
    generation: null,
    configDigest: null,
    lastVerifiedAt: now,
    missingSince: null,
  } as const;
  const template = found
    ? await database.template.update({ where: { id: found.id }, data })
    : await database.template.create({
        data: { ...data, vmid, clusterId, clusterIp: await hostOf(database, clusterId) },
      });
  const change = {
    at: now,
    kind: 'REPLICATED',
    templateId: template.id,
    clusterId,
    vmid,
    name,
    node,
    runId,
  } as const;
  await database.templateChange.create({ data: change });
}

async function hostOf(database: Database, clusterId: string): Promise<string | null> {
  const cluster = await database.cluster.findUnique({ where: { id: clusterId }, select: { host: true } });
  return cluster?.host ?? null;
}

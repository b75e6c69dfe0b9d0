import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import { findVolumesInTheWay, noteVolumes, type LooseVolume } from './loose-volumes.ts';
import { formatMakeState, readMakeState, readPredecessors } from './state.ts';
import { pickVmid, readClaimedVmids } from './vmid.ts';

/**
 * PLANNED: fills in a source that another step had to make first, picks an id and writes the intent to clone to it. The
 * claim and the intent are one write; a step that was begun before keeps its id.
 */
export async function begin(context: StepContext, step: StepRow): Promise<StepRow> {
  await checkPredecessors(context, step);
  if (step.kind === 'REMOVE')
    return context.journal.writeStep(step, { phase: 'REMOVING', ...startOf(context, step) });
  const source = await resolveSource(context, step);
  const claimed = step.vmid === null ? await claim(context, { ...step, ...source }) : {};
  return context.journal.writeStep(step, {
    ...source,
    ...claimed,
    phase: 'CLONING',
    upid: null,
    ...startOf(context, step),
  });
}

function startOf(context: StepContext, step: StepRow): { startedAt: Date; notBefore: null } {
  return { startedAt: step.startedAt ?? new Date(context.clock.now()), notBefore: null };
}

/**
 * One pick at a time in the whole process would be too strict: a claim that was faster makes this one pick again. An id
 * under which somebody else's volumes were left is passed over.
 */
async function claim(context: StepContext, step: StepRow): Promise<{ vmid: number; parameters: string }> {
  const { client, journal, store, signal } = context;
  let state = readMakeState(step);
  for (;;) {
    const claimed = await readClaimedVmids(store.prisma, step.clusterId);
    for (const vmid of state.avoid) claimed.add(vmid);
    const vmid = await pickVmid(client, { range: state.recipe.vmids, claimed, signal });
    const inTheWay = await findVolumesInTheWay(context, step, vmid);
    if (inTheWay.length > 0) {
      state = noteVolumes({ ...state, avoid: [...state.avoid, vmid] }, await chooseUntold(context, inTheWay));
      continue;
    }
    const ours = await journal.transaction(async (database) => {
      const now = await readClaimedVmids(database, step.clusterId);
      if (now.has(vmid)) return false;
      await database.replicationStep.update({ where: { id: step.id }, data: { vmid } });
      return true;
    });
    if (ours) return { vmid, parameters: formatMakeState(state) };
  }
}

/** Volumes that no other step has told of: one word to the administrator is enough. */
async function chooseUntold(
  { store, client }: StepContext,
  volumes: readonly LooseVolume[],
): Promise<LooseVolume[]> {
  const { clusterId } = client;
  const told = await Promise.all(
    volumes.map(({ volume }) =>
      store.prisma.replicationStep.count({
        where: {
          clusterId,
          OR: [{ errorMessage: { contains: volume } }, { parameters: { contains: volume } }],
        },
      }),
    ),
  );
  return volumes.filter((_volume, index) => told[index] === 0);
}

/** What had to be done before was not: an old machine stays when the new one failed. */
async function checkPredecessors({ store }: StepContext, step: StepRow): Promise<void> {
  const tokens = readPredecessors(step);
  if (tokens.length === 0) return;
  const found = await store.prisma.replicationStep.findMany({ where: { token: { in: [...tokens] } } });
  const failed = tokens.find((token) => found.find((row) => row.token === token)?.phase !== 'DONE');
  if (failed === undefined) return;
  const reason = found.find((row) => row.token === failed)?.errorMessage ?? 'it was not done';
  const [code, what] =
    step.kind === 'REMOVE'
      ? (['PREDECESSOR_FAILED', `Guest ${step.vmid ?? ''} stays: what had to be done before failed`] as const)
      : (['SOURCE_STEP_FAILED', 'What had to be made before was not'] as const);
  throw new StepFailure('leave', { code, message: `${what}: ${reason}` });
}

async function resolveSource(context: StepContext, step: StepRow): Promise<Partial<StepRow>> {
  const token = readMakeState(step).recipe.sourceStep;
  if (token === undefined) return {};
  const made = await context.store.prisma.replicationStep.findUnique({ where: { token } });
  if (made?.phase === 'DONE' && made.vmid !== null) {
    return { sourceVmid: made.vmid, sourceNode: made.targetNode, copyVmid: null, copyNode: null };
  }
  const message = `The guest to be cloned was not made: ${made?.errorMessage ?? 'its step is missing'}`;
  throw new StepFailure('leave', { code: 'SOURCE_STEP_FAILED', message });
}

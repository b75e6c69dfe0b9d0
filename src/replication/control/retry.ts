import type { Engine } from '../engine.ts';
import { ReplicationError } from '../replication-error.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { readMakeState, readRemoveRecipe, formatRecipe } from '../step/state.ts';
import { createToken } from '../token.ts';
import { announce } from './create-request.ts';
import { createRequests } from './create-request.ts';
import { getRun } from './cancel.ts';

/**
 * A new run for what a finished one did not bring about. Replication is simply planned again for the same scope; runs of
 * other kinds get copies of their FAILED and CANCELLED steps.
 * @throws ReplicationError RUN_NOT_FOUND, RUN_NOT_FINISHED, NOTHING_TO_RETRY
 */
export async function retryRun(engine: Engine, runId: number): Promise<RunRow> {
  const run = await getRun(engine, runId);
  if (run.status !== 'FINISHED') {
    throw new ReplicationError('RUN_NOT_FINISHED', `Run ${runId} has not finished; cancel it first or wait.`);
  }
  if (run.outcome === 'SUCCEEDED') {
    throw new ReplicationError('NOTHING_TO_RETRY', `Run ${runId} succeeded; there is nothing to try again.`);
  }
  return run.kind === 'REPLICATION' ? repeatRequest(engine, run) : repeatSteps(engine, run);
}

async function repeatRequest(engine: Engine, run: RunRow): Promise<RunRow> {
  const scope: object = JSON.parse(run.request);
  const [again] = await createRequests(engine, { ...scope, clusterId: run.clusterId, trigger: 'MUTATION' });
  if (again !== undefined) return again;
  throw new ReplicationError('NOTHING_TO_RETRY', `Run ${run.id} could not be asked for again.`);
}

/** Steps wait for each other by token, so the copies' tokens replace the originals' everywhere. */
async function repeatSteps(engine: Engine, run: RunRow): Promise<RunRow> {
  const { kind, clusterId, classId, request } = run;
  const again = await engine.store.transaction(async (database) => {
    const steps = await database.replicationStep.findMany({
      where: { runId: run.id, phase: { in: ['FAILED', 'CANCELLED'] } },
      orderBy: { id: 'asc' },
    });
    const createdAt = new Date(engine.clock.now());
    const data = {
      kind,
      clusterId,
      classId,
      request,
      createdAt,
      trigger: 'MUTATION',
      stepsTotal: steps.length,
    } as const;
    const created = await database.replicationRun.create({ data });
    const tokens = new Map(steps.map(({ token }) => [token, createToken(engine.random)]));
    await database.replicationStep.createMany({
      data: steps.map((step) => copyStep(step, created.id, tokens)),
    });
    return created;
  });
  announce(engine, [again]);
  return again;
}

/** A guest that is still there under the old token is looked for first, so the copy keeps the old row's id and token. */
function copyStep(step: StepRow, runId: number, tokens: ReadonlyMap<string, string>) {
  const { clusterId, kind, guestKind, sourceVmid, sourceNode, sourceGeneration, copyVmid, copyNode } = step;
  const { targetNode, targetStorage, way, name, classId, bytesTotal } = step;
  const rename = (list: readonly string[]) => list.map((token) => tokens.get(token) ?? token);
  const source = { sourceVmid, sourceNode, sourceGeneration, copyVmid, copyNode };
  const fixed = {
    runId,
    clusterId,
    kind,
    guestKind,
    ...source,
    targetNode,
    targetStorage,
    way,
    name,
    classId,
    bytesTotal,
  };
  const token = tokens.get(step.token) ?? step.token;
  if (kind === 'REMOVE') {
    const recipe = readRemoveRecipe(step);
    return {
      ...fixed,
      token,
      vmid: step.vmid,
      parameters: formatRecipe({ ...recipe, after: rename(recipe.after) }),
    };
  }
  const { recipe } = readMakeState(step);
  const sourceStep =
    recipe.sourceStep === undefined ? undefined : (tokens.get(recipe.sourceStep) ?? recipe.sourceStep);
  return {
    ...fixed,
    token,
    parameters: formatRecipe({ ...recipe, sourceStep, after: rename(recipe.after) }),
  };
}

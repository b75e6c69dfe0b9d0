import type { Database } from '../../store/database.ts';
import { getCluster, type Engine } from '../engine.ts';
import type { RunOrder, StepOrder } from '../order.ts';
import { ReplicationError } from '../replication-error.ts';
import type { RunRow } from '../rows.ts';
import { sumSteps } from '../progress/count-steps.ts';
import { formatMakeState, readMakeState } from '../step/state.ts';
import { toStepData, type StepData } from '../step-data.ts';
import { announce } from './create-request.ts';
import { once } from './once.ts';

/** Queues a run with the steps it is to have. @throws ReplicationError INVALID_ORDER, CLUSTER_NOT_FOUND */
export async function submitOrder(engine: Engine, order: RunOrder): Promise<RunRow> {
  getCluster(engine, order.clusterId);
  checkOrder(order.steps);
  const { idempotencyKey: key, kind, clusterId, trigger, classId, request = {} } = order;
  const input = { kind, clusterId, classId, request };
  const ids = await once(engine, { key, mutation: 'submit', input }, async (database) => {
    const createdAt = new Date(engine.clock.now());
    const data = { kind, clusterId, trigger, classId, createdAt, request: JSON.stringify(request) };
    const { id: runId } = await database.replicationRun.create({ data });
    const steps = order.steps.map((step) => toStepData(step, { runId, clusterId }));
    await checkTokens(database, steps);
    if (steps.length > 0) await database.replicationStep.createMany({ data: steps });
    await takeOver(database, { runId, clusterId, steps: order.takeBack ?? [] });
    const rows = await database.replicationStep.findMany({ where: { runId } });
    await database.replicationRun.update({ where: { id: runId }, data: sumSteps(rows) });
    return [runId];
  });
  const run = await engine.store.prisma.replicationRun.findUniqueOrThrow({ where: { id: ids[0] ?? 0 } });
  announce(engine, [run]);
  return run;
}

/** Steps of earlier runs that left something move to this run, to be taken back. */
async function takeOver(
  database: Database,
  { runId, clusterId, steps }: { runId: number; clusterId: string; steps: readonly number[] },
): Promise<void> {
  const leftovers = await database.replicationStep.findMany({
    where: {
      id: { in: [...steps] },
      clusterId,
      kind: { not: 'REMOVE' },
      phase: { in: ['FAILED', 'CANCELLED'] },
      vmid: { not: null },
    },
  });
  for (const step of leftovers) {
    const parameters = formatMakeState({ ...readMakeState(step), verdict: 'CANCEL', rounds: 0 });
    const again = { attempts: 0, notBefore: null, upid: null, finishedAt: null } as const;
    await database.replicationStep.update({
      where: { id: step.id },
      // Nothing is copied by it any more.
      data: { runId, phase: 'TAKING_BACK', parameters, bytesTotal: 0n, bytesDone: 0n, ...again },
    });
  }
}

/** Of two servers that order the same thing at once, one comes second. */
async function checkTokens(database: Database, steps: readonly StepData[]): Promise<void> {
  const tokens = steps.map(({ token }) => token);
  const [known] = await database.replicationStep.findMany({ where: { token: { in: tokens } }, take: 1 });
  if (known === undefined) return;
  const message = `These steps were ordered before, in run ${known.runId}.`;
  throw new ReplicationError('IDEMPOTENCY_CONFLICT', message);
}

/** Tokens are unique, and steps wait only for steps before them: so no two can wait for each other. */
function checkOrder(steps: readonly StepOrder[]): void {
  const before = new Set<string>();
  for (const step of steps) {
    if (before.has(step.token)) throw invalid(`two steps have the token ${step.token}`);
    const sourceStep = step.kind === 'REMOVE' ? undefined : step.recipe.sourceStep;
    const waitsFor = [...(step.recipe.after ?? []), ...(sourceStep === undefined ? [] : [sourceStep])];
    const unknown = waitsFor.find((token) => !before.has(token));
    if (unknown !== undefined)
      throw invalid(`step ${step.token} waits for ${unknown}, which is not before it`);
    before.add(step.token);
  }
}

function invalid(why: string): ReplicationError {
  return new ReplicationError('INVALID_ORDER', `The run cannot be queued: ${why}.`);
}

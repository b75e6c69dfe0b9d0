import type { Engine } from '../engine.ts';
import { ReplicationError } from '../replication-error.ts';
import type { AskedBy } from '../replicator.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { storedRequestSchema } from '../run/prepare-run.ts';
import type { StepChange } from '../step/journal.ts';
import { formatMakeState, readMakeState } from '../step/state.ts';
import { getRun } from './cancel.ts';
import { announce, createRequest } from './create-request.ts';

/**
 * A new run for what a finished one did not bring about. Replication is simply planned again for the same scope. The
 * FAILED and CANCELLED steps of other runs move to the new one: they keep their tokens, by which their guests, and the
 * steps that wait for them, know them.
 * @throws ReplicationError RUN_NOT_FOUND, RUN_NOT_FINISHED, NOTHING_TO_RETRY
 */
export async function retryRun(engine: Engine, runId: number, trigger: AskedBy): Promise<RunRow> {
  const run = await getRun(engine, runId);
  if (run.status !== 'FINISHED') {
    throw new ReplicationError('RUN_NOT_FINISHED', `Run ${runId} has not finished; cancel it first or wait.`);
  }
  if (run.outcome === 'SUCCEEDED') {
    throw new ReplicationError('NOTHING_TO_RETRY', `Run ${runId} succeeded; there is nothing to try again.`);
  }
  return run.kind === 'REPLICATION' ? repeatRequest(engine, run, trigger) : repeatSteps(engine, run, trigger);
}

async function repeatRequest(engine: Engine, run: RunRow, trigger: AskedBy): Promise<RunRow> {
  const { vmids, nodes } = storedRequestSchema.parse(JSON.parse(run.request));
  // Its names were checked when it was asked for, of several clusters perhaps.
  return createRequest(engine, {
    clusterId: run.clusterId,
    request: { vmids, nodes, trigger, retry: true },
  });
}

async function repeatSteps(engine: Engine, run: RunRow, trigger: AskedBy): Promise<RunRow> {
  const { id, kind, clusterId, classId, request } = run;
  const again = await engine.store.transaction(async (database) => {
    const steps = await database.replicationStep.findMany({
      where: { runId: id, phase: { in: ['FAILED', 'CANCELLED'] } },
    });
    const bytesTotal = steps.reduce((sum, step) => sum + step.bytesTotal, 0n);
    const counts = { stepsTotal: steps.length, bytesTotal };
    const createdAt = new Date(engine.clock.now());
    const data = { kind, clusterId, classId, request, createdAt, trigger, ...counts } as const;
    const created = await database.replicationRun.create({ data });
    for (const step of steps) {
      const change = { runId: created.id, ...resetStep(step) };
      await database.replicationStep.update({ where: { id: step.id }, data: change });
    }
    return created;
  });
  announce(engine, [again]);
  return again;
}

/** Begins from nothing, or with taking back what is still there under its id. */
function resetStep(step: StepRow): StepChange {
  const reset = { attempts: 0, notBefore: null, upid: null, bytesDone: 0n, finishedAt: null };
  const reason = { errorCode: null, errorMessage: null, errorDetail: null, refusedAt: null };
  if (step.kind === 'REMOVE') return { ...reset, ...reason, phase: 'PLANNED' };
  const leftover = step.vmid !== null && step.startedAt !== null;
  const parameters = formatMakeState({
    ...readMakeState(step),
    rounds: 0,
    verdict: leftover ? 'RETRY' : undefined,
  });
  return { ...reset, ...reason, parameters, phase: leftover ? 'TAKING_BACK' : 'PLANNED' };
}

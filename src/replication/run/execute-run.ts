import type { Database } from '../../store/database.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { computePause } from '../../time/back-off.ts';
import type { RunOutcome, RunRow, StepRow } from '../rows.ts';
import { Cancelled } from '../step/context.ts';
import type { RunContext } from './context.ts';
import { sumSteps } from '../progress/count-steps.ts';
import { executeSteps } from './execute-steps.ts';
import { findRunEvent } from './find-run-event.ts';
import { prepareRemovals, prepareRun, type Unreachable } from './prepare-run.ts';
import { watchCancellation } from './watch-cancellation.ts';

/** Tries of the survey before a run has failed. */
const surveys = 4;
/** Rounds of removals that a run's own replicas made possible. */
const removalRounds = 2;

/**
 * Brings a run to its end, from wherever it is: begun by this process, or left by another. Rejects when this server has
 * to let go of it.
 */
export async function executeRun(context: RunContext, run: RunRow): Promise<RunRow> {
  const cancelled = new AbortController();
  const stopWatching = watchCancellation(context, run, () =>
    cancelled.abort(new Cancelled('the run was cancelled')),
  );
  try {
    const now = new Date(context.engine.clock.now());
    const started = await context.journal.writeRun(run, {
      status: 'RUNNING',
      startedAt: run.startedAt ?? now,
    });
    const fault = await prepare(context, started, cancelled.signal);
    if (fault !== undefined) return await finish(context, started, fault);
    const executed = await execute(context, started, cancelled.signal);
    return executed ? await finish(context, started) : await park(context, started);
  } finally {
    stopWatching();
  }
}

/** False: the run is to be parked. */
async function execute(context: RunContext, run: RunRow, cancelled: AbortSignal): Promise<boolean> {
  const executed = await executeSteps(context, run, cancelled);
  return executed && run.kind === 'REPLICATION' ? followUp(context, run, cancelled) : executed;
}

/** Nothing of it can be done now: the run waits in the queue with its steps, and does not stand in the way of others. */
function park({ engine, journal }: RunContext, run: RunRow): Promise<RunRow> {
  engine.logger.info(
    { runId: run.id, clusterId: run.clusterId },
    'the run is held, or waits for its next try; others go first',
  );
  return journal.writeRun(run, { status: 'QUEUED' });
}

/** Plans a run that has no steps yet; those of other kinds come with theirs. */
async function prepare(
  context: RunContext,
  run: RunRow,
  cancelled: AbortSignal,
): Promise<Unreachable | undefined> {
  const { engine } = context;
  if (run.kind !== 'REPLICATION' || cancelled.aborted) return undefined;
  if ((await engine.store.prisma.replicationStep.count({ where: { runId: run.id } })) > 0) return undefined;
  for (let attempt = 1; ; attempt += 1) {
    const fault = await prepareOnce(context, run);
    // Said at once, not only once it has failed for good.
    if (fault !== undefined || attempt > 1) await tell(context, run, fault);
    const isOver = fault === undefined || fault.final === true || attempt >= surveys || cancelled.aborted;
    if (isOver) return fault;
    await engine.clock.sleep(computePause(attempt, engine.step.backOff, engine.random), context.signal);
  }
}

function tell({ journal }: RunContext, run: RunRow, fault: Unreachable | undefined): Promise<RunRow> {
  return journal.writeRun(run, { errorCode: fault?.code ?? null, errorMessage: fault?.message ?? null });
}

/** A failed call is a fault of the cluster: the run fails if it lasts, and the next one finds what this one did not. */
async function prepareOnce(context: RunContext, run: RunRow): Promise<Unreachable | undefined> {
  try {
    return await prepareRun(context, run);
  } catch (error) {
    if (isProxmoxError(error)) return { code: error.code, message: error.message };
    throw error;
  }
}

/** What is there now is recorded; replicas that were replaced are removed. False: the run is to be parked. */
async function followUp(context: RunContext, run: RunRow, cancelled: AbortSignal): Promise<boolean> {
  for (let round = 0; round < removalRounds && !cancelled.aborted; round += 1) {
    const steps = await readSteps(context, run);
    if (!steps.some(({ phase }) => phase === 'DONE')) return true;
    if ((await prepareRemovals(context, run)) === 0) return true;
    if (!(await executeSteps(context, run, cancelled))) return false;
  }
  return true;
}

async function finish(context: RunContext, run: RunRow, fault?: Unreachable): Promise<RunRow> {
  const { engine, journal } = context;
  const steps = await readSteps(context, run);
  const { cancelRequestedAt } = await engine.store.prisma.replicationRun.findUniqueOrThrow({
    where: { id: run.id },
  });
  const outcome = fault === undefined ? judgeOutcome(steps, cancelRequestedAt !== null) : 'FAILED';
  const failed = steps.find(({ phase }) => phase === 'FAILED');
  const reason = {
    errorCode: fault?.code ?? failed?.errorCode ?? null,
    errorMessage: fault?.message ?? failed?.errorMessage ?? null,
  };
  const finishedAt = new Date(engine.clock.now());
  const change = { status: 'FINISHED', outcome, finishedAt, ...sumSteps(steps), ...reason } as const;
  const finished = await journal.writeRun(run, change, async (database, row) => {
    for (const extension of engine.extensions) await extension.finish?.(database, row);
    // Last: whoever queues webhooks locks the tables of changes and of events in this order.
    await writeEvent(database, row, finishedAt);
  });
  const { id: runId, clusterId, stepsDone, stepsTotal } = finished;
  engine.logger.info(
    { runId, clusterId, outcome, stepsDone, stepsTotal, ...reason },
    'Template replication finished',
  );
  return finished;
}

async function writeEvent(database: Database, run: RunRow, at: Date): Promise<void> {
  const kind = findRunEvent(run);
  if (kind === undefined) return;
  const { id: runId, clusterId, outcome, errorCode: code, errorMessage: message } = run;
  await database.hubEvent.create({ data: { at, kind, clusterId, runId, outcome, code, message } });
}

/** What a run came to. A run that had nothing to do succeeded. */
export function judgeOutcome(steps: readonly Pick<StepRow, 'phase'>[], cancelled: boolean): RunOutcome {
  const done = steps.filter(({ phase }) => phase === 'DONE').length;
  // Where nobody cancelled the run, a cancelled step was an earlier run's, and has been taken back as it was to be.
  const settled = cancelled
    ? done
    : steps.filter(({ phase }) => phase === 'DONE' || phase === 'CANCELLED').length;
  if (cancelled && done < steps.length) return 'CANCELLED';
  if (settled === steps.length) return cancelled && steps.length === 0 ? 'CANCELLED' : 'SUCCEEDED';
  return done > 0 ? 'PARTIAL' : 'FAILED';
}

function readSteps({ engine }: RunContext, { id }: RunRow): Promise<StepRow[]> {
  return engine.store.prisma.replicationStep.findMany({ where: { runId: id }, orderBy: { id: 'asc' } });
}

import { isFinal } from '../phases.ts';
import { chooseSteps } from '../plan/schedule.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import { isHeld, readPolicy } from '../read-policy.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { runStep } from '../step/machine.ts';
import { readMakeState } from '../step/state.ts';
import { chooseLinkedClones } from './choose-linked.ts';
import { toStepContext, type RunContext } from './context.ts';
import { isUnblocked } from './is-unblocked.ts';
import { findNextRun, isDue } from './next-run.ts';
import { toSchedulable } from './schedulable.ts';

/** Between two looks at the run's row, for what other servers wrote there. */
interface Execution {
  context: RunContext;
  run: RunRow;
  cancelled: AbortSignal;
  /** Steps that this process works on now. */
  active: Map<number, StepRow>;
  /** The first step that had to be let go: the whole run is. */
  broken?: { error: unknown };
}

/**
 * Executes a run's steps within the policy's limits, those that an earlier process began first. False: nothing of the run
 * can be done for now (replication is held, or all that is left waits for its next try) and others may pass. Rejects when
 * this server has to let go of the run.
 */
export async function executeSteps(
  context: RunContext,
  run: RunRow,
  cancelled: AbortSignal,
): Promise<boolean> {
  const { bell } = context.cluster;
  const execution: Execution = { context, run, cancelled, active: new Map() };
  try {
    for (;;) {
      const left = await beginMore(execution);
      if (left.state === 'NONE' || left.state === 'HELD') return left.state === 'NONE';
      if (left.state === 'RESTING' && (await isAwaited(context, run))) {
        context.cluster.resting.set(run.id, left.nextTry);
        return false;
      }
      await bell.wait(findPause(context, left.nextTry), context.signal);
    }
  } finally {
    await settle(execution);
  }
}

/** Whether another run could be worked on meanwhile. */
async function isAwaited({ engine, cluster }: RunContext, { id }: RunRow): Promise<boolean> {
  return (await findNextRun(engine, cluster, { besides: id })) !== undefined;
}

/** Steps that were begun end by themselves: at their next wait they see that the signal is aborted. */
async function settle(execution: Execution): Promise<void> {
  const { context, active } = execution;
  while (active.size > 0) await context.cluster.bell.wait(1_000, new AbortController().signal);
}

/** What is left to be done of a run. */
interface Left {
  state: 'NONE' | 'SOME' | 'RESTING' | 'HELD';
  /** When the first step that waits for its next try has waited enough, epoch milliseconds; infinite where none waits. */
  nextTry: number;
}

/** Begins what may begin now, and says what is left to be done. */
async function beginMore(execution: Execution): Promise<Left> {
  const { context, run, active, cancelled } = execution;
  const { engine } = context;
  if (execution.broken !== undefined) throw execution.broken.error;
  context.signal.throwIfAborted();
  const steps = await readSteps(context, run);
  const open = steps.filter((step) => !isFinal(step));
  const now = engine.clock.now();
  for (const step of open.filter(({ id }) => !active.has(id)))
    if (cancelled.aborted || (step.phase !== 'PLANNED' && isDue(step, now))) begin(execution, step);
  const held = run.kind === 'REPLICATION' && !cancelled.aborted && (await isHeld(engine, run.clusterId));
  if (!cancelled.aborted && !held) await beginPlanned(execution, steps);
  const nextTry = findNextTry(open, now);
  return { state: judgeLeft({ open, held, active: active.size, nextTry }), nextTry };
}

function judgeLeft(facts: {
  open: readonly StepRow[];
  held: boolean;
  active: number;
  nextTry: number;
}): Left['state'] {
  const { open, held, active, nextTry } = facts;
  if (active > 0) return 'SOME';
  if (open.length === 0) return 'NONE';
  // What is half made is not held: it is finished.
  if (held && open.every(({ phase }) => phase === 'PLANNED')) return 'HELD';
  return Number.isFinite(nextTry) ? 'RESTING' : 'SOME';
}

function findNextTry(open: readonly StepRow[], now: number): number {
  const tries = open.flatMap(({ notBefore }) => notBefore?.getTime() ?? []);
  return Math.min(Number.POSITIVE_INFINITY, ...tries.filter((at) => at > now));
}

/** Until the next look at what other servers wrote, or until the next try: milliseconds. */
function findPause({ engine }: RunContext, nextTry: number): number {
  return Math.max(0, Math.min(engine.intervals.pollMs, nextTry - engine.clock.now()));
}

async function beginPlanned(execution: Execution, steps: readonly StepRow[]): Promise<void> {
  const { context, run, active } = execution;
  const now = context.engine.clock.now();
  const waiting = steps.filter(({ id, phase }) => phase === 'PLANNED' && !active.has(id));
  if (waiting.length === 0) return;
  const policy = await readPolicy(context.engine, run.clusterId);
  const states = new Map(steps.map((step) => [step.token, step]));
  const ready = waiting.filter((step) => isDue(step, now) && isUnblocked(step, states));
  // What is half made and waits for its next try keeps its place.
  const resting = steps.filter((step) => !isFinal(step) && step.phase !== 'PLANNED' && !active.has(step.id));
  for (const step of choose(ready, [...active.values(), ...resting], policy)) begin(execution, step);
}

/** Copies, linked clones and removals keep different things busy, so each kind has its own limits. */
function choose(ready: StepRow[], running: StepRow[], { limits }: ReplicationPolicy): StepRow[] {
  const isRemoval = (step: StepRow) => step.kind === 'REMOVE';
  const isLinked = (step: StepRow) => !isRemoval(step) && !readMakeState(step).recipe.full;
  const isCopy = (step: StepRow) => !isRemoval(step) && !isLinked(step);
  const pick = (test: (step: StepRow) => boolean) => ({
    ready: ready.filter(test).map(toSchedulable),
    running: running.filter(test).map(toSchedulable),
  });
  const chosen = [...chooseSteps({ ...pick(isCopy), limits }), ...chooseLinkedClones(pick(isLinked))];
  const places = Math.max(0, limits.perCluster - running.filter(isRemoval).length);
  return [...chosen.map(({ row }) => row), ...ready.filter(isRemoval).slice(0, places)];
}

function begin(execution: Execution, step: StepRow): void {
  const { context, cancelled, active } = execution;
  active.set(step.id, step);
  runStep({ context: toStepContext(context), step, cancelled })
    .catch((error: unknown) => {
      execution.broken ??= { error };
    })
    .finally(() => {
      active.delete(step.id);
      context.cluster.bell.ring();
    });
}

function readSteps({ engine }: RunContext, { id }: RunRow): Promise<StepRow[]> {
  return engine.store.prisma.replicationStep.findMany({ where: { runId: id }, orderBy: { id: 'asc' } });
}

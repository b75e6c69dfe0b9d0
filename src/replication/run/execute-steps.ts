import { isFinal } from '../phases.ts';
import { chooseSteps } from '../plan/schedule.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import { isHeld, readPolicy } from '../read-policy.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { runStep } from '../step/machine.ts';
import { readMakeState, readPredecessors } from '../step/state.ts';
import { chooseLinkedClones } from './choose-linked.ts';
import { toStepContext, type RunContext } from './context.ts';
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
 * Executes a run's steps within the policy's limits, those that an earlier process began first. False: replication is
 * held and nothing of the run is under way, so that others may pass. Rejects when this server has to let go of the run.
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
      if (left !== 'SOME') return left === 'NONE';
      await bell.wait(context.engine.intervals.pollMs, context.signal);
    }
  } finally {
    await settle(execution);
  }
}

/** Steps that were begun end by themselves: at their next wait they see that the signal is aborted. */
async function settle(execution: Execution): Promise<void> {
  const { context, active } = execution;
  while (active.size > 0) await context.cluster.bell.wait(1_000, new AbortController().signal);
}

/** Begins what may begin now, and says what is left to be done. */
async function beginMore(execution: Execution): Promise<'NONE' | 'SOME' | 'HELD'> {
  const { context, run, active, cancelled } = execution;
  if (execution.broken !== undefined) throw execution.broken.error;
  context.signal.throwIfAborted();
  const steps = await readSteps(context, run);
  const open = steps.filter((step) => !isFinal(step));
  const idle = open.filter(({ id }) => !active.has(id));
  const begun = idle.filter(({ phase }) => phase !== 'PLANNED' || cancelled.aborted);
  for (const step of begun) begin(execution, step);
  const held =
    run.kind === 'REPLICATION' && !cancelled.aborted && (await isHeld(context.engine, run.clusterId));
  if (!cancelled.aborted && !held) await beginPlanned(execution, steps);
  if (held && open.length > 0 && active.size === 0) return 'HELD';
  return open.length > 0 || active.size > 0 ? 'SOME' : 'NONE';
}

async function beginPlanned(execution: Execution, steps: readonly StepRow[]): Promise<void> {
  const { context, run, active } = execution;
  const now = context.engine.clock.now();
  const waiting = steps.filter(({ id, phase }) => phase === 'PLANNED' && !active.has(id));
  if (waiting.length === 0) return;
  const policy = await readPolicy(context.engine, run.clusterId);
  const states = new Map(steps.map((step) => [step.token, step]));
  const ready = waiting.filter(
    (step) => (step.notBefore?.getTime() ?? 0) <= now && isUnblocked(step, states),
  );
  for (const step of choose(ready, [...active.values()], policy)) begin(execution, step);
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

/** A predecessor that failed lets its followers begin too: they fail by themselves, with its reason. */
function isUnblocked(step: StepRow, states: ReadonlyMap<string, StepRow>): boolean {
  return readPredecessors(step).every((token) => {
    const predecessor = states.get(token);
    return predecessor === undefined || isFinal(predecessor);
  });
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

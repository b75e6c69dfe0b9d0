import type { Engine, EngineCluster } from '../engine.ts';
import { finalPhases } from '../phases.ts';
import { isHeld } from '../read-policy.ts';
import type { RunRow, StepRow } from '../rows.ts';

/**
 * The run to work on: one that was begun, else the oldest queued that something can be done of now. While replication is
 * held, or all that is left of a run waits for its next try, others are served.
 */
export async function findNextRun(
  engine: Engine,
  { id: clusterId, resting }: Pick<EngineCluster, 'id' | 'resting'>,
  { besides }: { besides?: number } = {},
): Promise<RunRow | undefined> {
  const { prisma } = engine.store;
  const runs = await prisma.replicationRun.findMany({
    where: { clusterId, status: { in: ['QUEUED', 'RUNNING'] }, id: { not: besides } },
    orderBy: { id: 'asc' },
  });
  const running = runs.find(({ status }) => status === 'RUNNING');
  if (running !== undefined || runs.length === 0) return running;
  const held = await isHeld(engine, clusterId);
  const halfMade = held ? await findHalfMade(engine, runs) : new Set<number>();
  const now = engine.clock.now();
  return runs.find((run) =>
    isWorkable(run, { held, halfMade: halfMade.has(run.id), rests: (resting.get(run.id) ?? 0) > now }),
  );
}

/** Runs with steps that were begun: those are finished, held or not. */
async function findHalfMade({ store }: Engine, runs: readonly RunRow[]): Promise<Set<number>> {
  const begun = runs.filter(({ startedAt }) => startedAt !== null).map(({ id }) => id);
  if (begun.length === 0) return new Set();
  const steps = await store.prisma.replicationStep.findMany({
    where: { runId: { in: begun }, phase: { notIn: [...finalPhases, 'PLANNED'] } },
    select: { runId: true },
  });
  return new Set(steps.map(({ runId }) => runId));
}

export interface Workability {
  /** No replication is begun now. */
  held: boolean;
  /** Guests that it has begun are not finished. */
  halfMade: boolean;
  /** Everything that is left of it waits for its next try. */
  rests: boolean;
}

/** Whether anything of a queued run can be done now. Pure. */
export function isWorkable(
  { kind, cancelRequestedAt }: Pick<RunRow, 'kind' | 'cancelRequestedAt'>,
  { held, halfMade, rests }: Workability,
): boolean {
  if (cancelRequestedAt !== null) return true;
  return !rests && (!held || kind !== 'REPLICATION' || halfMade);
}

/** Whether a step need not wait for its next try any longer. */
export function isDue({ notBefore }: Pick<StepRow, 'notBefore'>, now: number): boolean {
  return notBefore === null || notBefore.getTime() <= now;
}

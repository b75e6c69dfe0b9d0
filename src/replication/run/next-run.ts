import type { Engine } from '../engine.ts';
import { isFinal } from '../phases.ts';
import { isHeld } from '../read-policy.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { isUnblocked } from './is-unblocked.ts';

/**
 * The run to work on: one that was begun, else the oldest queued that something can be done of now. While replication is
 * held, or all that is left of a run waits for its next try, others are served.
 */
export async function findNextRun(
  engine: Engine,
  clusterId: string,
  { besides }: { besides?: number } = {},
): Promise<RunRow | undefined> {
  const { prisma } = engine.store;
  const runs = await prisma.replicationRun.findMany({
    where: { clusterId, status: { in: ['QUEUED', 'RUNNING'] }, id: { not: besides } },
    orderBy: { id: 'asc' },
  });
  const running = runs.find(({ status }) => status === 'RUNNING');
  if (running !== undefined || runs.length === 0) return running;
  const parked = runs.filter(({ startedAt }) => startedAt !== null).map(({ id }) => id);
  const [held, steps] = await Promise.all([
    isHeld(engine, clusterId),
    parked.length === 0
      ? []
      : prisma.replicationStep.findMany({
          where: { runId: { in: parked } },
        }),
  ]);
  const now = engine.clock.now();
  const byToken = new Map(steps.map((step) => [step.token, step]));
  const open = steps.filter((step) => !isFinal(step) && isUnblocked(step, byToken));
  return runs.find((run) =>
    isWorkable(run, { held, now, steps: open.filter(({ runId }) => runId === run.id) }),
  );
}

export interface Workability {
  /** No replication is begun now. */
  held: boolean;
  now: number;
  /** Of a run that was begun: its steps that are not final and wait for no other step. */
  steps: readonly Pick<StepRow, 'phase' | 'notBefore'>[];
}

/**
 * Whether anything of a queued run can be done now: what is half made is finished also while replication is held, and
 * keeps its place while it waits for its next try. Pure.
 */
export function isWorkable(
  { kind, startedAt, cancelRequestedAt }: Pick<RunRow, 'kind' | 'startedAt' | 'cancelRequestedAt'>,
  { held, now, steps }: Workability,
): boolean {
  const mayBegin = !held || kind !== 'REPLICATION';
  if (cancelRequestedAt !== null) return true;
  if (startedAt === null || steps.length === 0) return mayBegin;
  const halfMade = steps.filter(({ phase }) => phase !== 'PLANNED');
  if (halfMade.length > 0) return halfMade.some((step) => isDue(step, now));
  return mayBegin && steps.some((step) => isDue(step, now));
}

/** Whether a step need not wait for its next try any longer. */
export function isDue({ notBefore }: Pick<StepRow, 'notBefore'>, now: number): boolean {
  return notBefore === null || notBefore.getTime() <= now;
}

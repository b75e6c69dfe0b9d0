import type { Engine } from '../engine.ts';
import type { RunProgress } from '../replicator.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { sumSteps } from '../run/count-steps.ts';
import { getRun } from './cancel.ts';

/** @throws ReplicationError RUN_NOT_FOUND */
export async function readProgress(engine: Engine, runId: number): Promise<RunProgress> {
  const run = await getRun(engine, runId);
  const steps = await engine.store.prisma.replicationStep.findMany({ where: { runId } });
  return computeProgress(run, steps, engine.clock.now());
}

/** Below this share of the bytes an estimate would be a guess. */
const leastShare = 0.02;

/** How far a run is, and when it will be finished if it goes on at the pace so far. Pure. */
export function computeProgress(run: RunRow, steps: readonly StepRow[], now: number): RunProgress {
  const { bytesDone, bytesTotal, stepsDone, stepsTotal } = sumSteps(steps);
  const over = steps.filter(
    ({ phase }) => phase === 'DONE' || phase === 'FAILED' || phase === 'CANCELLED',
  ).length;
  const share = bytesTotal > 0n ? Number(bytesDone) / Number(bytesTotal) : over / Math.max(1, stepsTotal);
  const counts = { runId: run.id, bytesDone, bytesTotal, stepsDone, stepsTotal };
  if (run.status === 'FINISHED') return { ...counts, percent: 100, finishedAt: run.finishedAt?.getTime() };
  const percent = Math.min(99, Math.floor(share * 1000) / 10);
  if (run.startedAt === null || share < leastShare) return { ...counts, percent };
  const elapsed = now - run.startedAt.getTime();
  return { ...counts, percent, finishedAt: Math.round(now + (elapsed / share) * (1 - share)) };
}

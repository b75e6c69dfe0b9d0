import type { RunProgress } from '../replicator.ts';
import type { RunRow, StepRow } from '../rows.ts';
import { sumSteps } from './count-steps.ts';

/** Bytes and how fast they come, as rows of steps and of runs have them. */
export interface Measured {
  bytesDone: bigint;
  bytesTotal: bigint;
  /** As of `progressAt`. */
  bytesPerSecond: number | null;
  progressAt: Date | null;
}

/** A pace that nothing was heard of for so long is none any more, milliseconds. */
const freshFor = 30_000;

/** Share of the bytes in percent, rounded down to tenths; undefined where there are no bytes to be copied. Pure. */
function measureShare({ bytesDone, bytesTotal }: Pick<Measured, 'bytesDone' | 'bytesTotal'>) {
  return bytesTotal > 0n ? Number((bytesDone * 1000n) / bytesTotal) / 10 : undefined;
}

/** Percent of a step: of its bytes, or all or nothing where it copies none. Pure. */
export function measureStep(step: Pick<StepRow, 'phase' | 'bytesDone' | 'bytesTotal'>): number {
  return measureShare(step) ?? (step.phase === 'DONE' ? 100 : 0);
}

/** What a run's share is worked out from. */
export type CountedRun = Pick<
  RunRow,
  'status' | 'outcome' | 'bytesDone' | 'bytesTotal' | 'stepsDone' | 'stepsTotal'
>;

/** Percent of a run: of its bytes, or of its steps where it copies none. One that is not finished is never at 100. Pure. */
export function measureRun(run: CountedRun): number {
  if (run.outcome === 'SUCCEEDED') return 100;
  const { stepsTotal, stepsDone } = run;
  const bySteps = stepsTotal > 0 ? Math.floor((stepsDone * 1000) / stepsTotal) / 10 : undefined;
  const percent = measureShare(run) ?? bySteps ?? (run.status === 'FINISHED' ? 100 : 0);
  return run.status === 'FINISHED' ? percent : Math.min(99, percent);
}

/** Bytes a second now; undefined when nothing is heard of a copy. Pure. */
export function measurePace({ bytesPerSecond, progressAt }: Measured, now: number): number | undefined {
  if (bytesPerSecond === null || progressAt === null) return undefined;
  return now - progressAt.getTime() > freshFor ? undefined : bytesPerSecond;
}

/** When all bytes will be there at the present pace, epoch milliseconds; undefined when nobody can tell. Pure. */
export function estimateEnd(measured: Measured, now: number): number | undefined {
  const pace = measurePace(measured, now);
  if (pace === undefined || pace === 0) return undefined;
  return Math.round(now + (Number(measured.bytesTotal - measured.bytesDone) * 1000) / pace);
}

/** Below this share of the bytes an average would be a guess, percent. */
const leastShare = 2;

/** The same for a run; where nothing is copied just now, by the average since it began. Pure. */
export function estimateRunEnd(
  run: Measured & CountedRun & Pick<RunRow, 'startedAt'>,
  now: number,
): number | undefined {
  if (run.status !== 'RUNNING') return undefined;
  const live = estimateEnd(run, now);
  if (live !== undefined || run.startedAt === null) return live;
  const share = measureShare(run) ?? measureRun(run);
  if (share < leastShare) return undefined;
  return Math.round(now + ((now - run.startedAt.getTime()) / share) * (100 - share));
}

/** How far a run is by its steps, and when it will be finished. Pure. */
export function computeProgress(run: RunRow, steps: readonly StepRow[], now: number): RunProgress {
  const sums = sumSteps(steps);
  const measured = { ...run, ...sums };
  const { bytesDone, bytesTotal, stepsDone, stepsTotal } = sums;
  return {
    runId: run.id,
    percent: measureRun(measured),
    bytesDone,
    bytesTotal,
    bytesPerSecond: run.status === 'RUNNING' ? measurePace(measured, now) : undefined,
    stepsDone,
    stepsTotal,
    finishedAt: run.finishedAt?.getTime() ?? estimateRunEnd(measured, now),
  };
}

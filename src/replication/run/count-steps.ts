import type { RunRow, StepRow } from '../rows.ts';
import type { RunContext } from './context.ts';

export interface StepCounts {
  stepsTotal: number;
  stepsDone: number;
  stepsFailed: number;
  bytesTotal: bigint;
  bytesDone: bigint;
}

/** Writes how far a run is into its row. */
export async function countSteps({ engine, journal }: RunContext, run: RunRow): Promise<RunRow> {
  const steps = await engine.store.prisma.replicationStep.findMany({ where: { runId: run.id } });
  return journal.writeRun(run, sumSteps(steps));
}

export function sumSteps(steps: readonly Pick<StepRow, 'phase' | 'bytesTotal' | 'bytesDone'>[]): StepCounts {
  const sum = (pick: (step: Pick<StepRow, 'bytesTotal' | 'bytesDone'>) => bigint) =>
    steps.reduce((total, step) => total + pick(step), 0n);
  return {
    stepsTotal: steps.length,
    stepsDone: steps.filter(({ phase }) => phase === 'DONE').length,
    stepsFailed: steps.filter(({ phase }) => phase === 'FAILED').length,
    bytesTotal: sum(({ bytesTotal }) => bytesTotal),
    bytesDone: sum(({ bytesDone }) => bytesDone),
  };
}

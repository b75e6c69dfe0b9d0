import type { StepRow } from '../rows.ts';
import type { StepContext } from './context.ts';
import { readMakeState } from './state.ts';
import { writeMadeTemplate } from './write-made-template.ts';

/** REGISTERING: the row of what was made and the end of the step are one write. */
export async function register(context: StepContext, step: StepRow): Promise<StepRow> {
  const now = new Date(context.clock.now());
  const { advice } = readMakeState(step);
  const done = {
    phase: 'DONE',
    upid: null,
    bytesDone: step.bytesTotal,
    finishedAt: now,
    errorCode: advice === undefined ? null : 'LOOSE_VOLUMES',
    errorMessage: advice ?? null,
    errorDetail: null,
  } as const;
  return context.journal.writeStep(step, done, async (database, written) => {
    if (step.kind === 'REPLICA') await writeMadeTemplate(database, written, { now });
    await context.extensions.get(step.kind)?.register?.(database, written);
  });
}

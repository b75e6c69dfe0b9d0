import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { addWatchOptions, followRuns, judgeRuns, printRuns, type WatchOptions } from '../follow-runs.ts';
import { readCount } from '../request-options.ts';
import { encodeRunId, runFields, runSchema } from '../runs.ts';
import type { Surroundings } from '../surroundings.ts';

const control = {
  cancel: {
    call: 'cancelReplicationRun(input: $input)',
    input: 'CancelReplicationRunInput',
    description: 'stop a run and take back what is half made',
  },
  retry: {
    call: 'retryReplicationRun(input: $input)',
    input: 'RetryReplicationRunInput',
    description: 'do again what failed in a run, showing progress',
  },
} as const;

const payloadSchema = z.object({
  payload: z.object({ run: runSchema.nullable(), userErrors: userErrorsSchema }),
});

/** `hub replicate cancel` and `hub replicate retry`. */
export function registerControl(
  group: Command,
  verb: keyof typeof control,
  surroundings: Surroundings,
): void {
  const { call, input, description } = control[verb];
  const document = `mutation ($input: ${input}!) { payload: ${call} { run { ${runFields} } userErrors { code message } } }`;
  const command = group
    .command(verb)
    .description(description)
    .argument('<run>', 'number of the run', readCount);
  addApiOptions(addWatchOptions(command)).action((runId: number, options: ApiOptions & WatchOptions) =>
    withApi(options, { ...surroundings, working: true }, async (api) => {
      const { payload } = await api.ask(document, { input: { runId: encodeRunId(runId) } }, payloadSchema);
      refuseUserErrors(payload.userErrors);
      const asked = payload.run ? [payload.run] : [];
      const runs = await followRuns(api, asked, { options, surroundings });
      printRuns(runs, { options, surroundings });
      if (verb === 'retry') judgeRuns(runs);
    }),
  );
}

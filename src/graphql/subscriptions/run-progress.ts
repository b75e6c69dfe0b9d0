import type { ReplicationRun } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import type { GraphqlContext } from '../context.ts';
import { ReplicationRunRef } from '../replication-run.ts';
import { watch } from './watch.ts';

/** How often the store is looked at for what other servers did, milliseconds. */
const lookInterval = 1000;

builder.subscriptionField('replicationRun', (t) =>
  t.prismaField({
    type: 'ReplicationRun',
    nullable: true,
    args: {
      id: t.arg.globalID({ required: true, for: ReplicationRunRef, description: 'Global id of the run.' }),
    },
    description:
      'A run as it is now, and then whenever it or one of its steps changes, until it is finished.',
    subscribe: (_root, { id }, context) => watchRun(Number(id.id), context),
    resolve: (query, run, { id }, { prisma }) =>
      run === null ? null : prisma.replicationRun.findUnique({ ...query, where: { id: Number(id.id) } }),
  }),
);

/** The states of a run, the present one first. Ends after the final state; a run that is not there is null at once. */
async function* watchRun(runId: number, context: GraphqlContext): AsyncGenerator<ReplicationRun | null> {
  const wake = watch({
    clock: context.clock,
    interval: lookInterval,
    listen: (notify) => listenToRun(runId, context, notify),
  });
  try {
    let seen = '';
    for await (const _ of wake) {
      const run = await context.prisma.replicationRun.findUnique({ where: { id: runId } });
      const state = await describeState(run, context);
      if (state !== seen) yield run;
      seen = state;
      if (!run || run.status === 'FINISHED') return;
    }
  } finally {
    await wake.return(undefined);
  }
}

function listenToRun(runId: number, { services }: GraphqlContext, notify: () => void): () => void {
  const events = services.replicator?.events;
  if (!events) return () => undefined;
  const stopRun = events.on('run', ({ id }) => id === runId && notify());
  const stopStep = events.on('step', (step) => step.runId === runId && notify());
  return () => {
    stopRun();
    stopStep();
  };
}

/** A word that is another whenever the run or one of its steps changed. */
async function describeState(run: ReplicationRun | null, { prisma }: GraphqlContext): Promise<string> {
  if (!run) return 'none';
  const steps = await prisma.replicationStep.aggregate({
    where: { runId: run.id },
    _max: { updatedAt: true },
    _sum: { percent: true },
  });
  return JSON.stringify([
    run.updatedAt,
    run.status,
    run.outcome,
    run.stepsDone,
    run.stepsFailed,
    steps._max,
    steps._sum,
  ]);
}

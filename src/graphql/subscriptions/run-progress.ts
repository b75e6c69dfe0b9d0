import { builder } from '../builder.ts';
import type { GraphqlContext } from '../context.ts';
import { isUnchanged, type TableVersions } from '../../store/revision.ts';
import { runTables } from './run-states.ts';
import { watch } from './watch.ts';
import { readId } from '../row-id.ts';

/** How often the store is looked at for what other servers did, milliseconds. */
const lookInterval = 1000;

builder.subscriptionField('replicationRun', (t) =>
  t.prismaField({
    type: 'ReplicationRun',
    nullable: true,
    args: {
      id: t.arg.id({ required: true, description: 'Global id of the run, or its number.' }),
    },
    description:
      'A run as it is now, and then whenever it or one of its steps changes, until it is finished.',
    subscribe: (_root, { id }, context) => watchRun(readId('ReplicationRun', id), context),
    resolve: (query, _run, { id }, { prisma }) =>
      prisma.replicationRun.findUnique({ ...query, where: { id: readId('ReplicationRun', id) } }),
  }),
);

/** Tells when a run has another state, at once for the present one. Ends after the final one. */
async function* watchRun(runId: number, context: GraphqlContext): AsyncGenerator<number> {
  const { clock, runStates, signal, prisma } = context;
  // The states are shared by all who watch: whether there is such a run for this caller is asked first.
  if (!(await prisma.replicationRun.findUnique({ where: { id: runId }, select: { id: true } }))) {
    yield runId;
    return;
  }
  const wake = watch({
    clock,
    interval: lookInterval,
    signal,
    listen: (notify) => listenToRun(runId, context, notify),
  });
  let revision: TableVersions | undefined;
  let told = '';
  for await (const _ of wake) {
    const now = runStates.revision.current();
    if (revision && isUnchanged(runTables, revision, now)) continue;
    revision = now;
    const state = await runStates.read(runId);
    if (state.text !== told) yield runId;
    told = state.text;
    if (state.final) return;
  }
}

function listenToRun(runId: number, { services }: GraphqlContext, notify: () => void): () => void {
  const events = services.replicator?.events;
  if (!events) return () => undefined;
  const stopRun = events.on('run', ({ id }) => {
    if (id === runId) notify();
  });
  const stopStep = events.on('step', (step) => {
    if (step.runId === runId) notify();
  });
  return () => {
    stopRun();
    stopStep();
  };
}

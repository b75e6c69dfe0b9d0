import { builder } from '../builder.ts';
import { addRunPayload } from './payload.ts';
import { answerMutation, requireReplicator } from './user-error.ts';
import { readId } from '../row-id.ts';

const CancelReplicationRunInput = builder.inputType('CancelReplicationRunInput', {
  description: 'Which run is to be cancelled.',
  fields: (t) => ({
    runId: t.id({ required: true, description: 'Global id of the run, or its number.' }),
  }),
});

const RetryReplicationRunInput = builder.inputType('RetryReplicationRunInput', {
  description: 'Which run is to be done again.',
  fields: (t) => ({
    runId: t.id({ required: true, description: 'Global id of the run, or its number.' }),
  }),
});

const CancelPayload = addRunPayload('CancelReplicationRunPayload', 'The run that is being cancelled.');
const RetryPayload = addRunPayload('RetryReplicationRunPayload', 'The new run.');

builder.mutationFields((t) => ({
  cancelReplicationRun: t.field({
    type: CancelPayload,
    args: { input: t.arg({ type: CancelReplicationRunInput, required: true, description: 'Which run.' }) },
    description: 'Cancels a run: tasks under way in Proxmox are stopped and what is half made is taken back.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireReplicator(context).cancel(readId('ReplicationRun', input.runId))),
  }),
  retryReplicationRun: t.field({
    type: RetryPayload,
    args: { input: t.arg({ type: RetryReplicationRunInput, required: true, description: 'Which run.' }) },
    description: 'Starts a new run for the steps of a finished one that failed or were cancelled.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () =>
        requireReplicator(context).retry(readId('ReplicationRun', input.runId), context.trigger),
      ),
  }),
}));

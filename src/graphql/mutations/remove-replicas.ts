import type { RemovalAnswer } from '../../replication/replicator.ts';
import { builder } from '../builder.ts';
import { KeptReplicaRef, ReplicaRemovalRef } from '../replica-removal.ts';
import { ReplicationRunRef } from '../replication-run.ts';
import { confirmDescription, idempotencyKeyDescription } from './payload.ts';
import { answerMutation, requireReplicator, UserError, type Answer } from './user-error.ts';

const RemoveReplicasInput = builder.inputType('RemoveReplicasInput', {
  description: 'Which replicas are to be removed.',
  fields: (t) => ({
    clusterId: t.string({ required: true, description: 'Id of the clusters file.' }),
    vmids: t.intList({ required: true, description: 'VMIDs of the replicas.' }),
    confirm: t.string({ description: confirmDescription('the cluster') }),
    dryRun: t.boolean({ defaultValue: false, description: 'Only answer what would go and what would stay.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const RemoveReplicasPayload = builder.objectRef<Answer<RemovalAnswer>>('RemoveReplicasPayload').implement({
  description: 'The run that removes the replicas, and what it will leave.',
  fields: (t) => ({
    run: t.field({
      type: ReplicationRunRef,
      nullable: true,
      description: 'The run; null in a dry run and when there are errors.',
      resolve: ({ result }) => result?.run ?? null,
    }),
    remove: t.field({
      type: [ReplicaRemovalRef],
      description: 'Replicas that nothing keeps from being removed.',
      resolve: ({ result }) => result?.remove ?? [],
    }),
    keep: t.field({
      type: [KeptReplicaRef],
      description: 'Replicas that stay, unless what stands in the way is gone when the run comes to them.',
      resolve: ({ result }) => result?.keep ?? [],
    }),
    userErrors: t.field({
      type: [UserError],
      description: 'What the caller can mend; empty when it was done.',
      resolve: ({ userErrors }) => [...userErrors],
    }),
  }),
});

builder.mutationField('removeReplicas', (t) =>
  t.field({
    authScopes: { admin: true },
    type: RemoveReplicasPayload,
    args: { input: t.arg({ type: RemoveReplicasInput, required: true, description: 'Which replicas.' }) },
    description:
      'Removes replicas that Template Hub made. What a person has protected, and what linked clones hang on, stays.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () =>
        requireReplicator(context).removeReplicas({
          clusterId: input.clusterId,
          vmids: input.vmids,
          trigger: context.trigger,
          confirm: input.confirm ?? undefined,
          dryRun: input.dryRun ?? false,
          idempotencyKey: input.idempotencyKey ?? undefined,
        }),
      ),
  }),
);

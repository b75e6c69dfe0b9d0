import type { PolicyChangeAnswer } from '../../replication/replicator.ts';
import { InvalidPolicyError } from '../../replication/policy/check-policy.ts';
import { builder } from '../builder.ts';
import { ClusterRef } from '../cluster.ts';
import type { GraphqlContext } from '../context.ts';
import { ReplicationPolicyRef } from '../replication-policy.ts';
import { addClusterInput, readCluster } from './pause-cluster.ts';
import { idempotencyKeyDescription } from './payload.ts';
import { ReplicationPolicyInput, toUserErrors, toWrittenPolicy } from './policy-input.ts';
import { ReplicationPlan } from './replicate.ts';
import { answerMutation, requireReplicator, UserError, type Answer } from './user-error.ts';

const SetReplicationPolicyInput = builder.inputType('SetReplicationPolicyInput', {
  description: 'Which policy is to hold for which cluster.',
  fields: (t) => ({
    clusterId: t.string({ required: true, description: 'Id of the clusters file.' }),
    policy: t.field({ type: ReplicationPolicyInput, required: true, description: 'The whole policy.' }),
    dryRun: t.boolean({
      defaultValue: false,
      description: 'Set nothing, and answer the plan that the policy would lead to.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const SetReplicationPolicyPayload = builder
  .objectRef<Answer<PolicyChangeAnswer>>('SetReplicationPolicyPayload')
  .implement({
    description: 'The policy that was set, or of a dry run what it would lead to.',
    fields: (t) => ({
      cluster: t.field({
        type: ClusterRef,
        nullable: true,
        description: 'The cluster as it is now; null when there are errors.',
        resolve: ({ result }, _args, context) => result && readCluster(result.clusterId, context),
      }),
      policy: t.field({
        type: ReplicationPolicyRef,
        nullable: true,
        description: 'The policy with its defaults, as it holds or would hold; null when there are errors.',
        resolve: ({ result }) => result,
      }),
      plan: t.field({
        type: ReplicationPlan,
        nullable: true,
        description: 'Of a dry run: what a replication would do under this policy. Null otherwise.',
        resolve: ({ result }) => result?.plan,
      }),
      remarks: t.stringList({
        description: 'What deserves a look although it was set: names that the cluster does not have.',
        resolve: ({ result }) => result?.remarks ?? [],
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend, every fault of the policy; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

const ResetReplicationPolicyPayload = builder
  .objectRef<Answer<PolicyChangeAnswer>>('ResetReplicationPolicyPayload')
  .implement({
    description: 'The policy that holds again.',
    fields: (t) => ({
      cluster: t.field({
        type: ClusterRef,
        nullable: true,
        description: 'The cluster; null when there are errors.',
        resolve: ({ result }, _args, context) => result && readCluster(result.clusterId, context),
      }),
      policy: t.field({
        type: ReplicationPolicyRef,
        nullable: true,
        description: 'The policy that holds now; null when there are errors.',
        resolve: ({ result }) => result,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

const ResetInput = addClusterInput(
  'ResetReplicationPolicyInput',
  'Which cluster is to follow the file again.',
);

builder.mutationFields((t) => ({
  setReplicationPolicy: t.field({
    authScopes: { admin: true },
    type: SetReplicationPolicyPayload,
    args: { input: t.arg({ type: SetReplicationPolicyInput, required: true, description: 'The policy.' }) },
    description:
      'Sets how the templates of a cluster are replicated, in place of the whole `replication` of the clusters file. It holds from the next plan on and survives restarts.',
    resolve: (_parent, { input }, context) => setPolicy(input, context),
  }),
  resetReplicationPolicy: t.field({
    authScopes: { admin: true },
    type: ResetReplicationPolicyPayload,
    args: { input: t.arg({ type: ResetInput, required: true, description: 'Which cluster.' }) },
    description:
      'Takes a policy that was set away: the one of the clusters file, or the default, holds again.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireReplicator(context).resetPolicy(input.clusterId)),
  }),
}));

async function setPolicy(
  { clusterId, policy, dryRun, idempotencyKey }: typeof SetReplicationPolicyInput.$inferInput,
  context: GraphqlContext,
): Promise<Answer<PolicyChangeAnswer>> {
  try {
    return await answerMutation(async () =>
      requireReplicator(context).setPolicy({
        clusterId,
        policy: toWrittenPolicy(policy),
        dryRun: dryRun ?? false,
        idempotencyKey: idempotencyKey ?? undefined,
      }),
    );
  } catch (error) {
    if (!(error instanceof InvalidPolicyError)) throw error;
    return { result: null, userErrors: toUserErrors(error.faults, policy) };
  }
}

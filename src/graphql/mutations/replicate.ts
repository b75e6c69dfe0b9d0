import type { ReplicationRun } from '../../../prisma/generated/sqlite/client.ts';
import type { PlanAnswer, PlanLine } from '../../replication/replicator.ts';
import { builder } from '../builder.ts';
import type { GraphqlContext } from '../context.ts';
import { GuestKind } from '../enums.ts';
import { KeptReplicaRef, ReplicaRemovalRef } from '../replica-removal.ts';
import { ReplicationRunRef } from '../replication-run.ts';
import { idempotencyKeyDescription } from './payload.ts';
import { answerMutation, requireReplicator, UserError, type Answer } from './user-error.ts';

const PlanState = builder.enumType('PlanState', {
  description: 'What is the case for an original on a node.',
  values: {
    PRESENT: { description: 'It, or a replica of it, is there.' },
    WANTED: { description: 'A replica is to be made.' },
    BEING_MADE: { description: 'A replica is being made.' },
    OUTDATED: { description: 'The replica there is of an older generation.' },
    FAILED: {
      description: 'A replica is wanted; the last try failed, and the next one would in the same way.',
    },
    NOT_POSSIBLE: { description: 'A replica is wanted and can not be made now; it was not tried.' },
    NOT_WANTED: { description: 'The replication policy wants none there.' },
  } as const,
});

const ReplicationPlanWarning = builder
  .objectRef<PlanLine['warnings'][number]>('ReplicationPlanWarning')
  .implement({
    description: 'What deserves a look although the replica is made.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'A word for programs, for example BRIDGE_MISSING.' }),
      message: t.exposeString('message', { description: 'What follows, in words.' }),
    }),
  });

const ReplicationPlanLine = builder.objectRef<PlanLine>('ReplicationPlanLine').implement({
  description: 'One original on one node, and what would be done about it.',
  fields: (t) => ({
    clusterId: t.exposeString('clusterId', { description: 'Id of the cluster in the clusters file.' }),
    sourceVmid: t.exposeInt('sourceVmid', { description: 'VMID of the original.' }),
    sourceName: t.exposeString('sourceName', { description: 'Name of the original.' }),
    sourceNode: t.exposeString('sourceNode', { nullable: true, description: 'Node of the original.' }),
    guestKind: t.expose('guestKind', { type: GuestKind, description: 'Virtual machine or container.' }),
    targetNode: t.exposeString('targetNode', { description: 'The node in question.' }),
    state: t.expose('state', { type: PlanState, description: 'What is the case there.' }),
    vmid: t.exposeInt('vmid', { nullable: true, description: 'VMID of the guest that is there.' }),
    way: t.exposeString('way', {
      nullable: true,
      description: 'How it would be made, for example SHARED_TARGET.',
    }),
    targetStorage: t.exposeString('targetStorage', {
      nullable: true,
      description: 'Storage of the new disks.',
    }),
    copyVmid: t.exposeInt('copyVmid', {
      nullable: true,
      description: 'VMID of the guest whose bytes are copied.',
    }),
    bytes: t.expose('bytes', { type: 'BigInt', nullable: true, description: 'Bytes to be copied.' }),
    reasonCode: t.exposeString('reasonCode', { nullable: true, description: 'Why, as a word for programs.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, in words.' }),
    warnings: t.field({
      type: [ReplicationPlanWarning],
      description: 'What deserves a look although it is made.',
      resolve: ({ warnings }) => [...warnings],
    }),
  }),
});

export const ReplicationPlan = builder.objectRef<PlanAnswer>('ReplicationPlan').implement({
  description: 'What a replication of one cluster would do.',
  fields: (t) => ({
    clusterId: t.exposeString('clusterId', { description: 'Id of the cluster in the clusters file.' }),
    lines: t.field({
      type: [ReplicationPlanLine],
      description: 'Every original and node in question.',
      resolve: ({ lines }) => lines,
    }),
    remove: t.field({
      type: [ReplicaRemovalRef],
      description: 'Replicas that would go, some of them once their successors are there.',
      resolve: ({ remove }) => remove,
    }),
    keep: t.field({
      type: [KeptReplicaRef],
      description: 'Replicas that are to go and would stay, and why.',
      resolve: ({ keep }) => keep,
    }),
    remarks: t.exposeStringList('remarks', {
      description: 'What deserves a look of the policy as a whole: names that the cluster does not have.',
    }),
    errorCode: t.exposeString('errorCode', {
      nullable: true,
      description: 'Why there is none, as a word for programs.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why there is none, in words.',
    }),
  }),
});

/** What `replicate` did, or would do. */
interface Replication {
  readonly runs: readonly ReplicationRun[];
  readonly plans: readonly PlanAnswer[] | null;
}

const ReplicatePayload = builder.objectRef<Answer<Replication>>('ReplicatePayload').implement({
  description: 'The runs that were asked for, or the plans of a dry run.',
  fields: (t) => ({
    runs: t.field({
      type: [ReplicationRunRef],
      description: 'One run a cluster; a queued run of the cluster may be joined. Empty in a dry run.',
      resolve: ({ result }) => [...(result?.runs ?? [])],
    }),
    run: t.field({
      type: ReplicationRunRef,
      nullable: true,
      description: 'The first of `runs`; null when there is none.',
      resolve: ({ result }) => result?.runs[0] ?? null,
    }),
    plans: t.field({
      type: [ReplicationPlan],
      nullable: true,
      description: 'Of a dry run: what would be done, one plan a cluster. Null otherwise.',
      resolve: ({ result }) => (result?.plans ? [...result.plans] : null),
    }),
    userErrors: t.field({
      type: [UserError],
      description: 'What the caller can mend; empty when it was done.',
      resolve: ({ userErrors }) => [...userErrors],
    }),
  }),
});

const ReplicateInput = builder.inputType('ReplicateInput', {
  description: 'Which templates are to be copied where. With nothing given: all that is missing.',
  fields: (t) => ({
    clusterId: t.string({ description: 'Id of the clusters file; every configured cluster when absent.' }),
    vmids: t.intList({ description: 'Only these originals; all when absent.' }),
    nodes: t.stringList({ description: 'Only to these nodes; to all when absent.' }),
    retry: t.boolean({
      defaultValue: false,
      description: 'Also what Proxmox refused before, and nothing that matters has changed about.',
    }),
    dryRun: t.boolean({ defaultValue: false, description: 'Only answer what would be done.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('replicate', (t) =>
  t.field({
    type: ReplicatePayload,
    args: {
      input: t.arg({ type: ReplicateInput, required: true, description: 'What is to be copied where.' }),
    },
    description:
      'Makes the replicas that are missing, in the background. The answer comes at once; watch `replicationRun`.',
    resolve: (_parent, { input }, context) => answerMutation(() => replicate(input, context)),
  }),
);

async function replicate(
  input: typeof ReplicateInput.$inferInput,
  context: GraphqlContext,
): Promise<Replication> {
  const replicator = requireReplicator(context);
  const request = {
    clusterId: input.clusterId ?? undefined,
    vmids: input.vmids ?? undefined,
    nodes: input.nodes ?? undefined,
    retry: input.retry ?? undefined,
  };
  if (input.dryRun) return { runs: [], plans: await replicator.plan(request) };
  const { trigger } = context;
  const idempotencyKey = input.idempotencyKey ?? undefined;
  return { runs: await replicator.request({ ...request, trigger, idempotencyKey }), plans: null };
}

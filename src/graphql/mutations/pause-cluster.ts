import type { Cluster } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { ClusterRef } from '../cluster.ts';
import type { GraphqlContext } from '../context.ts';
import { answerMutation, MutationError, requireReplicator, UserError, type Answer } from './user-error.ts';

/** Makes the payload type of a mutation that answers a cluster. */
function addClusterPayload(name: string, description: string) {
  return builder.objectRef<Answer<Cluster>>(name).implement({
    description,
    fields: (t) => ({
      cluster: t.field({
        type: ClusterRef,
        nullable: true,
        description: 'The cluster; null when there are errors.',
        resolve: ({ result }) => result,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });
}

/** Makes the input type of a mutation that is about one cluster. */
export function addClusterInput(name: string, description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({ clusterId: t.string({ required: true, description: 'Id of the clusters file.' }) }),
  });
}

const PausePayload = addClusterPayload('PauseReplicationPayload', 'The cluster that is held.');
const ResumePayload = addClusterPayload('ResumeReplicationPayload', 'The cluster that goes on.');
const ScanPayload = addClusterPayload('ScanClusterPayload', 'The cluster as the scan left it.');
const PauseInput = addClusterInput('PauseReplicationInput', 'Which cluster is to be held.');
const ResumeInput = addClusterInput('ResumeReplicationInput', 'Which cluster is to go on.');
const ScanInput = addClusterInput('ScanClusterInput', 'Which cluster is to be scanned.');

builder.mutationFields((t) => ({
  pauseReplication: t.field({
    type: PausePayload,
    args: { input: t.arg({ type: PauseInput, required: true, description: 'Which cluster.' }) },
    description:
      'Holds the replication of a cluster: steps under way are finished, no other begins. It survives restarts.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => {
        await requireReplicator(context).pause(input.clusterId);
        return readCluster(input.clusterId, context);
      }),
  }),
  resumeReplication: t.field({
    type: ResumePayload,
    args: { input: t.arg({ type: ResumeInput, required: true, description: 'Which cluster.' }) },
    description: 'Lets the replication of a cluster go on.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => {
        await requireReplicator(context).resume(input.clusterId);
        return readCluster(input.clusterId, context);
      }),
  }),
  scanCluster: t.field({
    type: ScanPayload,
    args: { input: t.arg({ type: ScanInput, required: true, description: 'Which cluster.' }) },
    description:
      'Observes a cluster now and records what is there; replicates nothing. What failed is on the cluster.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => {
        await requireReplicator(context).scan(input.clusterId);
        return readCluster(input.clusterId, context);
      }),
  }),
}));

/** A cluster of the store. @throws {MutationError} CLUSTER_NOT_FOUND */
export async function readCluster(clusterId: string, { prisma }: GraphqlContext): Promise<Cluster> {
  const cluster = await prisma.cluster.findUnique({ where: { id: clusterId } });
  if (cluster) return cluster;
  throw new MutationError('CLUSTER_NOT_FOUND', `there is no cluster ${clusterId}`);
}

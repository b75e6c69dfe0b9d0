import type { PolicyInForce } from '../replication/policy/policy-in-force.ts';
import type { ReplicationPolicy } from '../replication/policy/policy.ts';
import { builder } from './builder.ts';
import {
  CopyLimits,
  NodeSelection,
  QuietHours,
  TemplateSelection,
  ReplicaVmidRange,
} from './policy-parts.ts';
import {
  FullCloneOnlyRule,
  OrphanRule,
  OutdatedRule,
  policyFields,
  ReplicationMode,
  SameNameRule,
  SharedStorageRule,
} from './policy-words.ts';

const PolicySource = builder.enumType('PolicySource', {
  description: 'Where a replication policy comes from.',
  values: {
    DEFAULT: { description: 'Nobody says anything: every template on every node.' },
    CLUSTERS_FILE: { description: '`replication` of the clusters file.' },
    STORED: {
      description: 'Set by `setReplicationPolicy`; it stands over the clusters file as a whole.',
    },
  } as const,
});

const StorageChoice = builder
  .objectRef<{ readonly node: string; readonly storage: string }>('StorageChoice')
  .implement({
    description: 'Where the disks of replicas on a node lie.',
    fields: (t) => ({
      node: t.exposeString('node', { description: policyFields.storageNode }),
      storage: t.exposeString('storage', { description: policyFields.storageName }),
    }),
  });

export const ReplicationPolicyRef = builder.objectRef<PolicyInForce>('ReplicationPolicy').implement({
  description: 'How the templates of a cluster are replicated: the policy that holds, with its defaults.',
  fields: (t) => ({
    source: t.expose('source', { type: PolicySource, description: 'Where it comes from.' }),
    storedAt: t.expose('storedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was set; null unless its source is STORED.',
    }),
    paused: t.boolean({
      description: `${policyFields.paused} \`pauseReplication\` is apart from it: see \`Cluster.paused\`.`,
      resolve: ({ policy }) => policy.paused,
    }),
    mode: t.field({
      type: ReplicationMode,
      description: policyFields.mode,
      resolve: ({ policy }) => policy.mode,
    }),
    templates: t.field({
      type: TemplateSelection,
      description: policyFields.templates,
      resolve: ({ policy }) => policy.templates,
    }),
    nodes: t.field({
      type: NodeSelection,
      description: policyFields.nodes,
      resolve: ({ policy }) => policy.nodes,
    }),
    storage: t.field({
      type: [StorageChoice],
      description: `${policyFields.storage} Empty: where the source's name leads.`,
      resolve: ({ policy }) => listStorage(policy),
    }),
    pool: t.string({
      nullable: true,
      description: `${policyFields.pool} Null: none.`,
      resolve: ({ policy }) => policy.pool,
    }),
    namePattern: t.string({
      description: policyFields.namePattern,
      resolve: ({ policy }) => policy.namePattern,
    }),
    vmidRange: t.field({
      type: ReplicaVmidRange,
      nullable: true,
      description: "VMIDs that replicas may have; null for the cluster's own range.",
      resolve: ({ policy }) => policy.vmidRange,
    }),
    bandwidthLimit: t.int({
      nullable: true,
      description: "KiB/s of one copy; null for Proxmox's own limits.",
      resolve: ({ policy }) => policy.bandwidthLimit,
    }),
    limits: t.field({
      type: CopyLimits,
      description: policyFields.limits,
      resolve: ({ policy }) => policy.limits,
    }),
    schedule: t.string({
      nullable: true,
      description: "Cron expression of the runs; null for the server's own interval.",
      resolve: ({ policy }) => policy.schedule,
    }),
    quietHours: t.field({
      type: [QuietHours],
      description: policyFields.quietHours,
      resolve: ({ policy }) => policy.quietHours,
    }),
    timezone: t.string({ description: policyFields.timezone, resolve: ({ policy }) => policy.timezone }),
  }),
});

/** What becomes of the special cases. */
builder.objectFields(ReplicationPolicyRef, (t) => ({
  sharedStorage: t.field({
    type: SharedStorageRule,
    description: policyFields.sharedStorage,
    resolve: ({ policy }) => policy.sharedStorage,
  }),
  fullCloneOnly: t.field({
    type: FullCloneOnlyRule,
    description: policyFields.fullCloneOnly,
    resolve: ({ policy }) => policy.fullCloneOnly,
  }),
  overcommit: t.float({
    nullable: true,
    description: `${policyFields.overcommit} Null: as long as all that is written on the source's storage fits.`,
    resolve: ({ policy }) => policy.overcommit,
  }),
  sameName: t.field({
    type: SameNameRule,
    description: policyFields.sameName,
    resolve: ({ policy }) => policy.sameName,
  }),
  outdated: t.field({
    type: OutdatedRule,
    description: policyFields.outdated,
    resolve: ({ policy }) => policy.outdated,
  }),
  orphans: t.field({
    type: OrphanRule,
    description: policyFields.orphans,
    resolve: ({ policy }) => policy.orphans,
  }),
}));

function listStorage({ storage }: ReplicationPolicy): { node: string; storage: string }[] {
  return Object.entries(storage).map(([node, name]) => ({ node, storage: name }));
}

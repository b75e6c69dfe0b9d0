import type { PolicyFault } from '../../replication/policy/check-policy.ts';
import { builder } from '../builder.ts';
import {
  FullCloneOnlyRule,
  OrphanRule,
  OutdatedRule,
  policyFields,
  ReplicationMode,
  SameNameRule,
  SharedStorageRule,
} from '../policy-words.ts';
import { MutationError, type UserErrorShape } from './user-error.ts';

const TemplateSelectorInput = builder.inputType('TemplateSelectorInput', {
  description: 'Templates that fit any of these lists; without any it fits nothing.',
  fields: (t) => ({
    names: t.stringList({ description: policyFields.names }),
    tags: t.stringList({ description: policyFields.tags }),
    pools: t.stringList({ description: policyFields.pools }),
    vmids: t.intList({ description: policyFields.vmids }),
  }),
});

const TemplateSelectionInput = builder.inputType('TemplateSelectionInput', {
  description: policyFields.templates,
  fields: (t) => ({
    include: t.field({
      type: TemplateSelectorInput,
      description: 'Templates that are; all when absent (none where the mode is SELECTED).',
    }),
    exclude: t.field({ type: TemplateSelectorInput, description: policyFields.templatesExclude }),
  }),
});

const NodeSelectionInput = builder.inputType('NodeSelectionInput', {
  description: 'Nodes that get replicas.',
  fields: (t) => ({
    include: t.stringList({ description: 'Patterns of nodes that get replicas; all when absent.' }),
    exclude: t.stringList({ description: policyFields.nodesExclude }),
  }),
});

const StorageChoiceInput = builder.inputType('StorageChoiceInput', {
  description: 'Where the disks of replicas on a node lie.',
  fields: (t) => ({
    node: t.string({ required: true, description: policyFields.storageNode }),
    storage: t.string({ required: true, description: policyFields.storageName }),
  }),
});

const ReplicaVmidRangeInput = builder.inputType('ReplicaVmidRangeInput', {
  description: 'A range of VMIDs, 100 to 999999999.',
  fields: (t) => ({
    first: t.int({ required: true, description: policyFields.vmidFirst }),
    last: t.int({ required: true, description: policyFields.vmidLast }),
  }),
});

const CopyLimitsInput = builder.inputType('CopyLimitsInput', {
  description: 'How many copies are made at a time: 1 to 64.',
  fields: (t) => ({
    perSource: t.int({ description: `${policyFields.perSource} Default 1.` }),
    perTarget: t.int({ description: `${policyFields.perTarget} Default 1.` }),
    perStorage: t.int({ description: `${policyFields.perStorage} Default 2.` }),
    perCluster: t.int({ description: `${policyFields.perCluster} Default 3.` }),
  }),
});

const QuietHoursInput = builder.inputType('QuietHoursInput', {
  description: 'A time of day at which nothing is begun.',
  fields: (t) => ({
    from: t.string({ required: true, description: policyFields.from }),
    to: t.string({ required: true, description: policyFields.to }),
    days: t.intList({ description: 'Days on which it begins, 0 (Sunday) to 6; every day when absent.' }),
  }),
});

export const ReplicationPolicyInput = builder.inputType('ReplicationPolicyInput', {
  description: 'A whole replication policy: what is absent has its default, whatever held before.',
  fields: (t) => ({
    paused: t.boolean({ description: `${policyFields.paused} Default false.` }),
    mode: t.field({ type: ReplicationMode, description: `${policyFields.mode} Default ALL_NODES.` }),
    templates: t.field({ type: TemplateSelectionInput, description: policyFields.templates }),
    nodes: t.field({ type: NodeSelectionInput, description: policyFields.nodes }),
    storage: t.field({
      type: [StorageChoiceInput],
      description: `${policyFields.storage} Where the source's name leads when absent.`,
    }),
    pool: t.string({ description: `${policyFields.pool} None when absent.` }),
    namePattern: t.string({ description: `${policyFields.namePattern} Default \`<name>-replica\`.` }),
    vmidRange: t.field({
      type: ReplicaVmidRangeInput,
      description: "VMIDs that replicas may have; the cluster's own range when absent.",
    }),
    bandwidthLimit: t.int({ description: "KiB/s of one copy; Proxmox's own limits when absent." }),
    limits: t.field({ type: CopyLimitsInput, description: policyFields.limits }),
    schedule: t.string({
      description:
        'Cron expression of the runs, such as `0 2 * * *`; the interval of the server when absent.',
    }),
    quietHours: t.field({ type: [QuietHoursInput], description: policyFields.quietHours }),
    timezone: t.string({ description: `${policyFields.timezone} Default UTC.` }),
    sharedStorage: t.field({
      type: SharedStorageRule,
      description: `${policyFields.sharedStorage} Default REPLICATE.`,
    }),
    fullCloneOnly: t.field({
      type: FullCloneOnlyRule,
      description: `${policyFields.fullCloneOnly} Default SKIP.`,
    }),
    overcommit: t.float({
      description: `${policyFields.overcommit} When absent: as long as all that is written on the source's storage fits.`,
    }),
    sameName: t.field({ type: SameNameRule, description: `${policyFields.sameName} Default SEPARATE.` }),
    outdated: t.field({ type: OutdatedRule, description: `${policyFields.outdated} Default REPLACE.` }),
    orphans: t.field({ type: OrphanRule, description: `${policyFields.orphans} Default KEEP.` }),
  }),
});

type PolicyInput = typeof ReplicationPolicyInput.$inferInput;

const place = ['input', 'policy'];

/** The policy in the form of the clusters file, unchecked. @throws {MutationError} INVALID_INPUT: a node twice */
export function toWrittenPolicy({ storage, ...rest }: PolicyInput): unknown {
  const nodes = new Set<string>();
  for (const [index, { node }] of (storage ?? []).entries()) {
    if (nodes.has(node)) {
      const field = [...place, 'storage', String(index), 'node'];
      throw new MutationError('INVALID_INPUT', `node ${node} is there twice: name it once`, field);
    }
    nodes.add(node);
  }
  const choices = storage?.map((choice) => [choice.node, choice.storage] as const);
  return dropAllNulls({ ...rest, storage: choices && Object.fromEntries(choices) });
}

/** What is wrong with a policy as errors of the input that it came from. */
export function toUserErrors(faults: readonly PolicyFault[], { storage }: PolicyInput): UserErrorShape[] {
  return faults.map(({ path: [key, ...rest], message }) => {
    const [node] = rest;
    const index = storage?.findIndex((choice) => choice.node === node) ?? -1;
    const inside = key === 'storage' && index >= 0 ? [String(index)] : rest;
    const path = key === undefined ? [] : [key, ...inside];
    return { code: 'INVALID_INPUT', field: [...place, ...path], message };
  });
}

/** In the input null is the same as absent; in the clusters file's form there is no null. */
function dropAllNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropAllNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, dropAllNulls(part)]));
}

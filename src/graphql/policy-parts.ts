import type {
  CopyLimits as Limits,
  QuietHours as Hours,
  ReplicationPolicy,
  TemplateSelector as Selector,
} from '../replication/policy/policy.ts';
import { builder } from './builder.ts';
import { policyFields } from './policy-words.ts';

const TemplateSelector = builder.objectRef<Selector>('TemplateSelector').implement({
  description: 'Templates that fit any of these lists; without any it fits nothing.',
  fields: (t) => ({
    names: t.exposeStringList('names', { description: policyFields.names }),
    tags: t.exposeStringList('tags', { description: policyFields.tags }),
    pools: t.exposeStringList('pools', { description: policyFields.pools }),
    vmids: t.exposeIntList('vmids', { description: policyFields.vmids }),
  }),
});

export const TemplateSelection = builder
  .objectRef<ReplicationPolicy['templates']>('TemplateSelection')
  .implement({
    description: policyFields.templates,
    fields: (t) => ({
      include: t.expose('include', {
        type: TemplateSelector,
        nullable: true,
        description: 'Templates that are; null for all (for none where the mode is SELECTED).',
      }),
      exclude: t.expose('exclude', { type: TemplateSelector, description: policyFields.templatesExclude }),
    }),
  });

export const NodeSelection = builder.objectRef<ReplicationPolicy['nodes']>('NodeSelection').implement({
  description: 'Nodes that get replicas.',
  fields: (t) => ({
    include: t.exposeStringList('include', {
      nullable: true,
      description: 'Patterns of nodes that get replicas; null for all.',
    }),
    exclude: t.exposeStringList('exclude', { description: policyFields.nodesExclude }),
  }),
});

export const ReplicaVmidRange = builder
  .objectRef<NonNullable<ReplicationPolicy['vmidRange']>>('ReplicaVmidRange')
  .implement({
    description: 'A range of VMIDs; the lowest free one is taken.',
    fields: (t) => ({
      first: t.exposeInt('first', { description: policyFields.vmidFirst }),
      last: t.exposeInt('last', { description: policyFields.vmidLast }),
    }),
  });

export const CopyLimits = builder.objectRef<Limits>('CopyLimits').implement({
  description: 'How many copies are made at a time.',
  fields: (t) => ({
    perSource: t.exposeInt('perSource', { description: policyFields.perSource }),
    perTarget: t.exposeInt('perTarget', { description: policyFields.perTarget }),
    perStorage: t.exposeInt('perStorage', { description: policyFields.perStorage }),
    perCluster: t.exposeInt('perCluster', { description: policyFields.perCluster }),
  }),
});

export const QuietHours = builder.objectRef<Hours>('QuietHours').implement({
  description: 'A time of day at which nothing is begun.',
  fields: (t) => ({
    from: t.exposeString('from', { description: policyFields.from }),
    to: t.exposeString('to', { description: policyFields.to }),
    days: t.exposeIntList('days', { description: 'Days on which it begins, 0 (Sunday) to 6.' }),
  }),
});

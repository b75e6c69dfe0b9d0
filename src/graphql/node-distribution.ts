import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import { plainType } from './fields/plain-type.ts';
import { resolveArranged } from './fields/resolve-arranged.ts';
import { describeRoot } from './fields/root-read.ts';
import { clusterArguments } from './reads/cluster-scope.ts';
import { distribution, type Distribution, type Instance } from './reads/find-distribution.ts';
import { TemplateRef } from './template.ts';

const NodeInstance = builder.objectRef<Instance>('NodeInstance').implement({
  description: 'An original or a replica on a node.',
  extensions: plainType,
  fields: (t) => ({
    node: t.exposeString('node', {
      nullable: true,
      description: 'Name of the node; null in rows of the predecessor only.',
    }),
    vmid: t.exposeInt('vmid', { description: 'VMID of the guest on that node.' }),
    name: t.exposeString('name', { description: 'Name of the guest on that node.' }),
    isOriginal: t.boolean({
      description: 'True for the original, false for a replica.',
      resolve: ({ isReplica }) => !isReplica,
    }),
    lastVerifiedAt: t.expose('lastVerifiedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a scan last saw it; null when none did.',
    }),
    template: t.field({
      type: TemplateRef,
      description: 'All that is known of it.',
      resolve: (template) => template,
    }),
  }),
});

const NodeDistribution = builder.objectRef<Distribution>('NodeDistribution').implement({
  description: 'On which nodes an original and its replicas are.',
  extensions: plainType,
  fields: (t) => ({
    templateVmid: t.int({ description: 'VMID of the original.', resolve: ({ original }) => original.vmid }),
    templateName: t.string({
      description: 'Name of the original.',
      resolve: ({ original }) => original.name,
    }),
    clusterIp: t.string({
      nullable: true,
      description: 'Address of the cluster; null in rows of the predecessor only.',
      resolve: ({ original }) => original.clusterIp,
    }),
    clusterId: t.string({
      nullable: true,
      description: 'Id of the cluster in the clusters file; null while none has that address.',
      resolve: ({ original }) => original.clusterId,
    }),
    original: t.field({
      type: TemplateRef,
      description: 'The original.',
      resolve: ({ original }) => original,
    }),
    nodes: t.field({
      type: [NodeInstance],
      description: 'The original first, then its replicas by database id; class templates are left out.',
      resolve: ({ instances }) => instances,
    }),
    otherClusters: t.stringList({
      description:
        'Ids (or addresses) of other clusters that have an original of that VMID too: name one to get it.',
      resolve: ({ otherClusters }) => [...otherClusters],
    }),
  }),
});

builder.queryField('nodeDistribution', (t) =>
  t.field({
    type: NodeDistribution,
    nullable: true,
    args: {
      vmid: t.arg.int({ required: true, description: 'VMID of the original.' }),
      ...clusterArguments,
    },
    description:
      'On which nodes the original with that VMID and its replicas are; null when there is no such original. Where several clusters have one and none is named, the one recorded first.',
    extensions: { ...alsoReads('Template', 'Cluster'), ...describeRoot(distribution) },
    resolve: (_parent, args, { store }) => resolveArranged(distribution, args, store),
  }),
);

import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import { TemplateState } from './enums.ts';
import { plainType } from './fields/plain-type.ts';
import { resolveArranged } from './fields/resolve-arranged.ts';
import { describeRoot } from './fields/root-read.ts';
import { clusterArguments } from './reads/cluster-scope.ts';
import { requireCluster } from './reads/require-names.ts';
import {
  addUp,
  addUpBy,
  countedTemplates,
  type CountedTemplates,
  type TemplateCount,
  type TemplateGroup,
} from './reads/count-templates.ts';

interface NodeCountShape extends TemplateCount {
  readonly node: string | null;
}

interface ClusterCountShape extends TemplateCount {
  readonly clusterId: string | null;
  readonly clusterIp: string | null;
}

interface StateCountShape extends TemplateCount {
  readonly state: typeof TemplateState.$inferType;
}

const descriptions = {
  count: 'How many templates.',
  bytes: 'Sum of their disks as far as known, bytes.',
};

const NodeCount = builder.objectRef<NodeCountShape>('NodeCount').implement({
  description: 'How many templates are on nodes of a name.',
  extensions: plainType,
  fields: (t) => ({
    node: t.exposeString('node', {
      nullable: true,
      description: 'Name of the node; null where it is not known.',
    }),
    count: t.exposeInt('count', { description: descriptions.count }),
    bytes: t.expose('bytes', { type: 'BigInt', description: descriptions.bytes }),
  }),
});

const ClusterCount = builder.objectRef<ClusterCountShape>('ClusterCount').implement({
  description: 'How many templates are in a cluster.',
  extensions: plainType,
  fields: (t) => ({
    clusterId: t.exposeString('clusterId', {
      nullable: true,
      description: 'Id of the clusters file; null while unknown.',
    }),
    clusterIp: t.exposeString('clusterIp', { nullable: true, description: 'Address as recorded.' }),
    count: t.exposeInt('count', { description: descriptions.count }),
    bytes: t.expose('bytes', { type: 'BigInt', description: descriptions.bytes }),
  }),
});

const StateCount = builder.objectRef<StateCountShape>('StateCount').implement({
  description: 'How many templates are in a state.',
  extensions: plainType,
  fields: (t) => ({
    state: t.expose('state', { type: TemplateState, description: 'The state.' }),
    count: t.exposeInt('count', { description: descriptions.count }),
    bytes: t.expose('bytes', { type: 'BigInt', description: descriptions.bytes }),
  }),
});

const Stats = builder.objectRef<CountedTemplates>('Stats').implement({
  description:
    'How many templates there are. Each is counted once: as a class template, else as a replica, else as an original. Missing ones are counted apart.',
  extensions: plainType,
  fields: (t) => ({
    totalTemplates: t.int({
      description: 'All that are there.',
      resolve: ({ present }) => addUp(present).count,
    }),
    originalTemplates: t.int({
      description: 'Neither class templates nor replicas.',
      resolve: ({ present }) => addUp(present.filter((one) => !one.isClassTemplate && !one.isReplica)).count,
    }),
    replicaTemplates: t.int({
      description: 'Replicas that are no class templates.',
      resolve: ({ present }) => addUp(present.filter((one) => !one.isClassTemplate && one.isReplica)).count,
    }),
    classTemplates: t.int({
      description: 'Base templates of classes, and their replicas.',
      resolve: ({ present }) => addUp(present.filter((one) => one.isClassTemplate)).count,
    }),
    missingTemplates: t.int({
      description: 'Those that complete scans no longer find.',
      resolve: ({ missing }) => addUp(missing).count,
    }),
    totalBytes: t.field({
      type: 'BigInt',
      description: descriptions.bytes,
      resolve: ({ present }) => addUp(present).bytes,
    }),
    templatesByNode: t.field({
      type: [NodeCount],
      description: 'By name of the node; nodes of one name in several clusters are counted together.',
      resolve: ({ present }) => countByNode(present),
    }),
    templatesByCluster: t.field({
      type: [ClusterCount],
      description: 'By cluster.',
      resolve: ({ present }) => countByCluster(present),
    }),
    templatesByState: t.field({
      type: [StateCount],
      description: 'By state, missing ones among them.',
      resolve: ({ present, missing }) => countByState([...present, ...missing]),
    }),
  }),
});

function countByNode(groups: readonly TemplateGroup[]): NodeCountShape[] {
  const byName = addUpBy(groups, ({ node }) => node ?? '');
  return byName.map(({ groups: [first], total }) => ({ node: first.node, ...total }));
}

function countByCluster(groups: readonly TemplateGroup[]): ClusterCountShape[] {
  const byCluster = addUpBy(groups, ({ clusterId, clusterIp }) => `${clusterId ?? ''} ${clusterIp ?? ''}`);
  return byCluster.map(({ groups: [first], total }) => ({
    clusterId: first.clusterId,
    clusterIp: first.clusterIp,
    ...total,
  }));
}

function countByState(groups: readonly TemplateGroup[]): StateCountShape[] {
  return addUpBy(groups, ({ state }) => state).map(({ groups: [first], total }) => ({
    state: first.state,
    ...total,
  }));
}

builder.queryField('stats', (t) =>
  t.field({
    type: Stats,
    args: clusterArguments,
    description: 'How many templates there are, in a cluster or in all.',
    extensions: { ...alsoReads('Template'), ...describeRoot(countedTemplates) },
    resolve: async (_parent, args, { prisma, store }) => {
      await requireCluster(prisma, args);
      return (await resolveArranged(countedTemplates, args, store)) ?? { present: [], missing: [] };
    },
  }),
);

import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import { NodeState } from './enums.ts';
import { ReplicationPolicyRef } from './replication-policy.ts';
import { readRowId } from './row-id.ts';

export const ClusterRef = builder.prismaNode('Cluster', {
  nullable: true,
  description: 'A Proxmox VE cluster of the clusters file, and what the last scan saw of it.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id }),
  fields: (t) => ({
    clusterId: t.exposeID('id', { description: 'Id of the clusters file.' }),
    name: t.exposeString('name', { description: 'Name of the clusters file.' }),
    host: t.exposeString('host', { description: 'Address as configured; what REST calls `cluster_ip`.' }),
    port: t.exposeInt('port', { description: 'Port of the Proxmox API.' }),
    configured: t.exposeBoolean('configured', {
      description: 'False once the clusters file no longer names it.',
    }),
    paused: t.exposeBoolean('paused', { description: 'True while its replication is held.' }),
    pausedAt: t.expose('pausedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is held; null when it is not.',
    }),
    pveName: t.exposeString('pveName', {
      nullable: true,
      description: "The cluster's own name; null on a stand-alone node and before the first scan.",
    }),
    version: t.exposeString('version', { nullable: true, description: 'Version of Proxmox VE.' }),
    looseGuests: t.relation('looseGuests', {
      query: { orderBy: { vmid: 'asc' } },
      description: 'Guests with our marker that nothing stands for any more.',
    }),
    quorate: t.exposeBoolean('quorate', {
      nullable: true,
      description: 'Whether it has a quorum; null before a scan.',
    }),
    lastScanStartedAt: t.expose('lastScanStartedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last scan began, whatever came of it.',
    }),
    lastScanAt: t.expose('lastScanAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last scan that reached it ended.',
    }),
    lastErrorAt: t.expose('lastErrorAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a scan last failed.',
    }),
    lastErrorCode: t.exposeString('lastErrorCode', {
      nullable: true,
      description: 'Why, as a word for programs.',
    }),
    lastErrorMessage: t.exposeString('lastErrorMessage', { nullable: true, description: 'Why, in words.' }),
    replicationPolicy: t.field({
      type: ReplicationPolicyRef,
      nullable: true,
      extensions: alsoReads('ReplicationPolicy'),
      select: { id: true },
      description:
        'How its templates are replicated; null on a server that runs offline, and once the clusters file no longer names it.',
      resolve: ({ id }, _args, { loaders }) => loaders.policy.load(id),
    }),
    nodes: t.relation('nodes', { query: { orderBy: { name: 'asc' } }, description: 'Its nodes by name.' }),
    templateCount: t.relationCount('templates', {
      extensions: alsoReads('Template'),
      where: { state: { not: 'MISSING' } },
      description: 'How many templates are there: originals, replicas and class templates.',
    }),
  }),
});

export const ClusterNodeRef = builder.prismaNode('Node', {
  nullable: true,
  name: 'ClusterNode',
  description: 'A node of a cluster.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the row.' }),
    name: t.exposeString('name', { description: 'Name in its cluster.' }),
    state: t.expose('state', { type: NodeState, description: 'Whether it answers.' }),
    version: t.exposeString('version', { nullable: true, description: 'Version of Proxmox VE on it.' }),
    cpus: t.exposeInt('cpus', { nullable: true, description: 'Processors.' }),
    memoryTotal: t.expose('memoryTotal', { type: 'BigInt', nullable: true, description: 'Memory, bytes.' }),
    memoryUsed: t.expose('memoryUsed', {
      type: 'BigInt',
      nullable: true,
      description: 'Memory in use, bytes.',
    }),
    guests: t.exposeInt('guests', { nullable: true, description: 'Guests of any kind on it.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last answered a scan.',
    }),
    lastErrorCode: t.exposeString('lastErrorCode', {
      nullable: true,
      description: 'Why its guests could not be listed in the last scan, as a word for programs.',
    }),
    lastErrorMessage: t.exposeString('lastErrorMessage', { nullable: true, description: 'Why, in words.' }),
    cluster: t.relation('cluster', { description: 'Its cluster.' }),
  }),
});

builder.queryFields((t) => ({
  clusters: t.prismaField({
    type: ['Cluster'],
    args: {
      includeRemoved: t.arg.boolean({
        defaultValue: false,
        description: 'Also those that the clusters file no longer names.',
      }),
    },
    description: 'The clusters by id.',
    resolve: (query, _parent, { includeRemoved }, { prisma }) =>
      prisma.cluster.findMany({
        ...query,
        where: includeRemoved ? {} : { configured: true },
        orderBy: { id: 'asc' },
      }),
  }),
  cluster: t.prismaField({
    type: 'Cluster',
    nullable: true,
    args: { clusterId: t.arg.string({ required: true, description: 'Id of the clusters file.' }) },
    description: 'One cluster; null when there is none with that id.',
    resolve: (query, _parent, { clusterId }, { prisma }) =>
      prisma.cluster.findUnique({ ...query, where: { id: clusterId } }),
  }),
}));

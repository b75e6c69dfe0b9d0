import { alsoReads } from './also-reads.ts';
import { sql, type SqlValue } from '../store/sql/sql.ts';
import { builder } from './builder.ts';
import { describeField } from './fields/field-read.ts';
import { belongsTo, related } from './fields/related.ts';
import { ClusterStatus, NodeState } from './enums.ts';
import { ReplicationPolicyRef } from './replication-policy.ts';
import { resolveList, resolveOne } from './fields/resolve-rows.ts';
import { describeRoot, type RowsRead } from './fields/root-read.ts';
import { readRowId } from './row-id.ts';
import { textKeys } from './rows/load-rows.ts';

/** What templates of a cluster are that are there. */
const presentTemplates = { state: { not: 'MISSING' } } as const;

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
    status: t.expose('status', { type: ClusterStatus, description: 'What came of its last scan.' }),
    statusSince: t.expose('statusSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when its status is what it is; null where that is not known.',
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
    nodes: t.relation('nodes', {
      ...related('nodes', { orderBy: { name: 'asc' } }),
      description: 'Its nodes by name.',
    }),
    templateCount: t.relationCount('templates', {
      where: presentTemplates,
      extensions: {
        ...alsoReads('Template'),
        ...describeField({ kind: 'count', relation: 'templates', where: presentTemplates }),
      },
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
    state: t.expose('state', {
      type: NodeState,
      description: 'Whether it answers, as far as its cluster was reached.',
    }),
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
    cluster: t.relation('cluster', { ...belongsTo('cluster'), description: 'Its cluster.' }),
  }),
});

interface ClustersArguments {
  readonly includeRemoved?: boolean | null;
}

/** The clusters by id. */
const clusters: RowsRead<ClustersArguments, { includeRemoved: boolean }> = {
  kind: 'list',
  list: {
    model: 'Cluster',
    orders: [{ column: 'id', direction: 'asc' }],
    where: ({ includeRemoved }, row) =>
      includeRemoved ? sql`TRUE` : sql`${row.column('configured')} = TRUE`,
  },
  read: ({ includeRemoved }) => ({ includeRemoved: includeRemoved ?? false }),
};

/** One cluster. */
const clusterById: RowsRead<{ readonly clusterId: string }, { id: SqlValue }> = {
  kind: 'one',
  list: {
    model: 'Cluster',
    orders: [{ column: 'id', direction: 'asc' }],
    where: ({ id }, row) => sql`${row.column('id')} = ${id}`,
    limit: 1,
  },
  read: ({ clusterId }) => ({ id: clusterId }),
};

builder.queryFields((t) => ({
  clusters: t.prismaField({
    type: ['Cluster'],
    args: {
      includeRemoved: t.arg.boolean({
        defaultValue: false,
        description: 'Also those that the clusters file no longer names.',
      }),
    },
    extensions: describeRoot(clusters),
    description: 'The clusters by id.',
    resolve: (query, _parent, args, { prisma, store }) =>
      resolveList(clusters, { args, store, keys: textKeys }, (rows) =>
        prisma.cluster.findMany({ ...query, ...rows }),
      ),
  }),
  cluster: t.prismaField({
    type: 'Cluster',
    nullable: true,
    args: { clusterId: t.arg.string({ required: true, description: 'Id of the clusters file.' }) },
    extensions: describeRoot(clusterById),
    description: 'One cluster; null when there is none with that id.',
    resolve: (query, _parent, args, { prisma, store }) =>
      resolveOne(clusterById, { args, store, keys: textKeys }, (rows) =>
        prisma.cluster.findMany({ ...query, ...rows }),
      ),
  }),
}));

import type { Template } from '../../prisma/generated/sqlite/client.ts';
import { builder } from './builder.ts';
import { belongsTo } from './fields/related.ts';
import { GuestKind, TemplateState } from './enums.ts';
import { computed } from './fields/computed.ts';
import { describeField } from './fields/field-read.ts';
import { replicaLink, sourceLink } from './fields/links.ts';
import { readRowId } from './row-id.ts';
import { splitList } from './split-list.ts';

export const TemplateRef = builder.prismaNode('Template', {
  nullable: true,
  description: 'A template on a node: an original, a replica of one, or the base template of a class.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the row; what REST calls `id`.' }),
    name: t.exposeString('name', { description: 'Name in Proxmox.' }),
    vmid: t.exposeInt('vmid', { description: 'Its own VMID.' }),
    clusterIp: t.exposeString('clusterIp', {
      nullable: true,
      description: 'Address of its cluster when it was recorded; null in rows of the predecessor only.',
    }),
    clusterId: t.exposeString('clusterId', {
      nullable: true,
      description: 'Id of its cluster in the clusters file; null while no cluster has that address.',
    }),
    node: t.exposeString('node', {
      nullable: true,
      description: 'Name of the node it is on; null in rows of the predecessor only.',
    }),
    kind: t.expose('kind', { type: GuestKind, description: 'Virtual machine or container.' }),
    state: t.expose('state', { type: TemplateState, description: 'What is known of it at the moment.' }),
    isReplica: t.exposeBoolean('isReplica', { description: 'True for a copy of an original.' }),
    isClassTemplate: t.exposeBoolean('isClassTemplate', {
      description: 'True for the base of a class, and its copies.',
    }),
    sourceVmid: t.exposeInt('sourceVmid', {
      nullable: true,
      description: 'VMID of the original it was made from.',
    }),
    sourceNode: t.exposeString('sourceNode', {
      nullable: true,
      description: 'Node of the original at that time.',
    }),
    classId: t.exposeInt('classId', { nullable: true, description: 'Number of the class it belongs to.' }),
    createdBy: t.exposeString('createdBy', {
      nullable: true,
      description: 'Who made it in the predecessor.',
    }),
    generation: t.exposeString('generation', {
      nullable: true,
      description: 'Fingerprint of its content; changes when it is rebuilt.',
    }),
    sourceGeneration: t.exposeString('sourceGeneration', {
      nullable: true,
      description: 'Generation of the source when this replica was made.',
    }),
    imported: t.exposeBoolean('imported', {
      description: 'True while it is only known from the database of the predecessor.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first recorded.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When its row last changed.' }),
    lastVerifiedAt: t.expose('lastVerifiedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a scan last saw it; null when none did.',
    }),
    missingSince: t.expose('missingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when complete scans no longer find it; null while it is there.',
    }),
  }),
});

builder.prismaObjectFields('Template', (t) => ({
  cluster: t.relation('cluster', {
    ...belongsTo('cluster'),
    nullable: true,
    description: 'Its cluster; null while none is configured for it.',
  }),
  class: t.relation('class', {
    ...belongsTo('class'),
    nullable: true,
    description: 'The class it belongs to.',
  }),
  source: t.prismaField({
    type: 'Template',
    nullable: true,
    select: { id: true },
    extensions: describeField(sourceLink),
    description:
      'The original that this replica was made from; null for originals and where it is not known.',
    resolve: async (query, { id }, _args, { loaders }) =>
      (await loaders.sources.load({ id, query }))[0] ?? null,
  }),
  replicas: t.prismaField({
    type: ['Template'],
    select: { id: true },
    extensions: describeField(replicaLink),
    description: 'The copies of this template, class templates among them, by database id.',
    resolve: (query, { id }, _args, { loaders }) => loaders.replicas.load({ id, query }),
  }),
}));

builder.prismaObjectFields('Template', (t) => ({
  originalTemplateId: t.exposeInt('originalTemplateId', {
    nullable: true,
    description: 'Number of the row it was made from, as the predecessor recorded it.',
  }),
  diskBytes: t.expose('diskBytes', {
    type: 'BigInt',
    nullable: true,
    description: 'Sum of its disks, bytes.',
  }),
  storages: t.stringList({
    description: 'Names of the storages of its disks, sorted.',
    ...computed<Pick<Template, 'storageNames'>, string[]>({ storageNames: true }, (row) =>
      splitList(row.storageNames),
    ),
  }),
  onSharedStorage: t.exposeBoolean('onSharedStorage', {
    nullable: true,
    description: 'True when every disk lies on shared storage; null when not known.',
  }),
  linkedClones: t.exposeBoolean('linkedClones', {
    nullable: true,
    description: 'False when only full clones can be made of it; null when not known.',
  }),
  cores: t.exposeInt('cores', { nullable: true, description: 'Processor cores of the guest.' }),
  memoryBytes: t.expose('memoryBytes', {
    type: 'BigInt',
    nullable: true,
    description: 'Memory of the guest, bytes.',
  }),
  osType: t.exposeString('osType', {
    nullable: true,
    description: "Proxmox's word for its operating system.",
  }),
  tags: t.stringList({
    description: 'Tags in Proxmox.',
    ...computed<Pick<Template, 'tags'>, string[]>({ tags: true }, ({ tags }) => splitList(tags)),
  }),
  pool: t.exposeString('pool', { nullable: true, description: 'Pool in Proxmox.' }),
}));

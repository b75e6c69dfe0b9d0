import type { InputRef } from '@pothos/core';
import type { GuestKind, NodeState, Prisma, TemplateState } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { ClassWhere, translateClassWhere, type ClassWhereShape } from './class-where.ts';
import { ClusterWhere, translateClusterWhere, type ClusterWhereShape } from './cluster-where.ts';
import * as filters from './scalar-filters.ts';
import {
  translateColumn,
  translateGroup,
  type Column,
  type FilterWords,
  type Groups,
  type WhereGroup,
} from './translate.ts';

/** What a template has to be. */
export interface TemplateWhereShape extends WhereGroup<TemplateWhereShape> {
  readonly databaseId?: FilterWords<number> | null;
  readonly name?: FilterWords<string> | null;
  readonly vmid?: FilterWords<number> | null;
  readonly clusterIp?: FilterWords<string> | null;
  readonly clusterId?: FilterWords<string> | null;
  readonly node?: FilterWords<string> | null;
  readonly kind?: FilterWords<GuestKind> | null;
  readonly state?: FilterWords<TemplateState> | null;
  readonly isReplica?: FilterWords<boolean> | null;
  readonly isClassTemplate?: FilterWords<boolean> | null;
  readonly sourceVmid?: FilterWords<number> | null;
  readonly sourceNode?: FilterWords<string> | null;
  readonly classId?: FilterWords<number> | null;
  readonly diskBytes?: FilterWords<bigint> | null;
  readonly onSharedStorage?: FilterWords<boolean> | null;
  readonly createdAt?: FilterWords<Date> | null;
  readonly lastVerifiedAt?: FilterWords<Date> | null;
  readonly missingSince?: FilterWords<Date> | null;
  readonly cluster?: ClusterWhereShape | null;
  readonly class?: ClassWhereShape | null;
  readonly source?: TemplateWhereShape | null;
  readonly nodeState?: FilterWords<NodeState> | null;
}

export const TemplateWhere: InputRef<TemplateWhereShape> = builder
  .inputRef<TemplateWhereShape>('TemplateWhere')
  .implement({
    description: 'What a template has to be. All given fields must hold.',
    fields: (t) => ({
      AND: t.field({ type: [TemplateWhere], description: 'All of these must hold.' }),
      OR: t.field({ type: [TemplateWhere], description: 'At least one of these must hold.' }),
      NOT: t.field({ type: TemplateWhere, description: 'This must not hold.' }),
      databaseId: t.field({ type: filters.IntFilter, description: 'Number of the row; what REST calls id.' }),
      name: t.field({ type: filters.StringFilter, description: 'Name in Proxmox.' }),
      vmid: t.field({ type: filters.IntFilter, description: 'Its own VMID.' }),
      clusterIp: t.field({ type: filters.StringFilter, description: 'Address of its cluster as recorded.' }),
      clusterId: t.field({
        type: filters.StringFilter,
        description: 'Id of its cluster in the clusters file.',
      }),
      node: t.field({ type: filters.StringFilter, description: 'Name of the node it is on.' }),
      kind: t.field({ type: filters.GuestKindFilter, description: 'Virtual machine or container.' }),
      state: t.field({
        type: filters.TemplateStateFilter,
        description: 'What is known of it at the moment.',
      }),
      isReplica: t.field({
        type: filters.BooleanFilter,
        description: 'Whether it is a copy of an original.',
      }),
      isClassTemplate: t.field({
        type: filters.BooleanFilter,
        description: 'Whether it is the base of a class.',
      }),
      sourceVmid: t.field({ type: filters.IntFilter, description: 'VMID of the original it was made from.' }),
      sourceNode: t.field({ type: filters.StringFilter, description: 'Node of the original at that time.' }),
      classId: t.field({ type: filters.IntFilter, description: 'Number of the class it belongs to.' }),
      diskBytes: t.field({ type: filters.BigIntFilter, description: 'Sum of its disks, bytes.' }),
      onSharedStorage: t.field({
        type: filters.BooleanFilter,
        description: 'Whether all disks lie on shared storage.',
      }),
      createdAt: t.field({ type: filters.DateTimeFilter, description: 'When it was first recorded.' }),
      lastVerifiedAt: t.field({ type: filters.DateTimeFilter, description: 'When a scan last saw it.' }),
      missingSince: t.field({
        type: filters.DateTimeFilter,
        description: 'Since when scans no longer find it.',
      }),
      cluster: t.field({ type: ClusterWhere, description: 'What its cluster has to be.' }),
      class: t.field({ type: ClassWhere, description: 'What its class has to be.' }),
      source: t.field({ type: TemplateWhere, description: 'What the original of a replica has to be.' }),
      nodeState: t.field({
        type: filters.NodeStateFilter,
        description: 'What the state of its node has to be.',
      }),
    }),
  });

/** The columns of a template that can be filtered by, in the words of a store. */
export interface TemplateColumns<Where> {
  readonly databaseId: Column<number, Where>;
  readonly name: Column<string, Where>;
  readonly vmid: Column<number, Where>;
  readonly clusterIp: Column<string, Where>;
  readonly clusterId: Column<string, Where>;
  readonly node: Column<string, Where>;
  readonly kind: Column<GuestKind, Where>;
  readonly state: Column<TemplateState, Where>;
  readonly isReplica: Column<boolean, Where>;
  readonly isClassTemplate: Column<boolean, Where>;
  readonly sourceVmid: Column<number, Where>;
  readonly sourceNode: Column<string, Where>;
  readonly classId: Column<number, Where>;
  readonly diskBytes: Column<bigint, Where>;
  readonly onSharedStorage: Column<boolean, Where>;
  readonly createdAt: Column<Date, Where>;
  readonly lastVerifiedAt: Column<Date, Where>;
  readonly missingSince: Column<Date, Where>;
}

/** What one group of a filter says of the template itself, its relations left aside: conditions which must all hold. */
export function translateTemplateColumns<Where>(
  part: TemplateWhereShape,
  columns: TemplateColumns<Where>,
  groups: Groups<Where>,
): Where[] {
  return [
    ...translateColumn(part.databaseId, columns.databaseId, groups),
    ...translateColumn(part.name, columns.name, groups),
    ...translateColumn(part.vmid, columns.vmid, groups),
    ...translateColumn(part.clusterIp, columns.clusterIp, groups),
    ...translateColumn(part.clusterId, columns.clusterId, groups),
    ...translateColumn(part.node, columns.node, groups),
    ...translateColumn(part.kind, columns.kind, groups),
    ...translateColumn(part.state, columns.state, groups),
    ...translateColumn(part.isReplica, columns.isReplica, groups),
    ...translateColumn(part.isClassTemplate, columns.isClassTemplate, groups),
    ...translateColumn(part.sourceVmid, columns.sourceVmid, groups),
    ...translateColumn(part.sourceNode, columns.sourceNode, groups),
    ...translateColumn(part.classId, columns.classId, groups),
    ...translateColumn(part.diskBytes, columns.diskBytes, groups),
    ...translateColumn(part.onSharedStorage, columns.onSharedStorage, groups),
    ...translateColumn(part.createdAt, columns.createdAt, groups),
    ...translateColumn(part.lastVerifiedAt, columns.lastVerifiedAt, groups),
    ...translateColumn(part.missingSince, columns.missingSince, groups),
  ];
}

/** How conditions on templates are put together for Prisma. */
export const templateGroups: Groups<Prisma.TemplateWhereInput> = {
  and: (AND) => ({ AND }),
  // Prisma takes an empty OR that is nested for no condition at all.
  or: (OR) => (OR.length === 0 ? { id: { in: [] } } : { OR }),
  not: (NOT) => ({ NOT }),
};

const prismaColumns: TemplateColumns<Prisma.TemplateWhereInput> = {
  databaseId: { is: (id) => ({ id }) },
  name: { is: (name) => ({ name }) },
  vmid: { is: (vmid) => ({ vmid }) },
  clusterIp: { is: (clusterIp) => ({ clusterIp }), empty: { clusterIp: null } },
  clusterId: { is: (clusterId) => ({ clusterId }), empty: { clusterId: null } },
  node: { is: (node) => ({ node }), empty: { node: null } },
  kind: { is: ({ equals, in: list }) => ({ kind: { equals, in: list } }) },
  state: { is: ({ equals, in: list }) => ({ state: { equals, in: list } }) },
  isReplica: { is: ({ equals }) => ({ isReplica: equals }) },
  isClassTemplate: { is: ({ equals }) => ({ isClassTemplate: equals }) },
  sourceVmid: { is: (sourceVmid) => ({ sourceVmid }), empty: { sourceVmid: null } },
  sourceNode: { is: (sourceNode) => ({ sourceNode }), empty: { sourceNode: null } },
  classId: { is: (classId) => ({ classId }), empty: { classId: null } },
  diskBytes: { is: (diskBytes) => ({ diskBytes }), empty: { diskBytes: null } },
  onSharedStorage: { is: ({ equals }) => ({ onSharedStorage: equals }), empty: { onSharedStorage: null } },
  createdAt: { is: (createdAt) => ({ createdAt }) },
  lastVerifiedAt: { is: (lastVerifiedAt) => ({ lastVerifiedAt }), empty: { lastVerifiedAt: null } },
  missingSince: { is: (missingSince) => ({ missingSince }), empty: { missingSince: null } },
};

/** What two fields of the filter, which are no relations in the store, were found to mean. */
export interface ResolvedRelations {
  source(where: TemplateWhereShape): Prisma.TemplateWhereInput;
  nodeState(words: FilterWords<NodeState>): Prisma.TemplateWhereInput;
}

/** Translates a template filter that says nothing of relations into Prisma's words. */
export function translateTemplateFields(where: TemplateWhereShape): Prisma.TemplateWhereInput {
  return translateGroup(where, templateGroups, (part) =>
    translateTemplateColumns(part, prismaColumns, templateGroups),
  );
}

/** Translates a template filter into Prisma's words. */
export function translateTemplateWhere(
  where: TemplateWhereShape,
  relations: ResolvedRelations,
): Prisma.TemplateWhereInput {
  return translateGroup(where, templateGroups, (part) => [
    ...translateTemplateColumns(part, prismaColumns, templateGroups),
    ...(part.cluster ? [{ cluster: { is: translateClusterWhere(part.cluster) } }] : []),
    ...(part.class ? [{ class: { is: translateClassWhere(part.class) } }] : []),
    ...(part.source ? [relations.source(part.source)] : []),
    ...(part.nodeState ? [relations.nodeState(part.nodeState)] : []),
  ]);
}

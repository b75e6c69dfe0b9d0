import type { GuestKind, NodeState, Prisma, TemplateState } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { ClassWhere, translateClassWhere, type ClassWhereShape } from './class-where.ts';
import { ClusterWhere, translateClusterWhere, type ClusterWhereShape } from './cluster-where.ts';
import * as filters from './scalar-filters.ts';
import {
  translateColumn,
  translateGroup,
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

export const TemplateWhere = builder.inputRef<TemplateWhereShape>('TemplateWhere').implement({
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
    state: t.field({ type: filters.TemplateStateFilter, description: 'What is known of it at the moment.' }),
    isReplica: t.field({ type: filters.BooleanFilter, description: 'Whether it is a copy of an original.' }),
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

/** How conditions on templates are put together. */
export const templateGroups: Groups<Prisma.TemplateWhereInput> = {
  and: (AND) => ({ AND }),
  // Prisma takes an empty OR that is nested for no condition at all.
  or: (OR) => (OR.length === 0 ? { id: { in: [] } } : { OR }),
  not: (NOT) => ({ NOT }),
};

/** What two fields of the filter, which are no relations in the store, were found to mean. */
export interface ResolvedRelations {
  source(where: TemplateWhereShape): Prisma.TemplateWhereInput;
  nodeState(words: FilterWords<NodeState>): Prisma.TemplateWhereInput;
}

/** Translates a template filter into Prisma's words. */
export function translateTemplateWhere(
  where: TemplateWhereShape,
  relations: ResolvedRelations,
): Prisma.TemplateWhereInput {
  return translateGroup(where, templateGroups, (part) => [
    ...translateIdentity(part),
    ...translateLineage(part),
    ...translateMeasures(part),
    ...(part.cluster ? [{ cluster: { is: translateClusterWhere(part.cluster) } }] : []),
    ...(part.class ? [{ class: { is: translateClassWhere(part.class) } }] : []),
    ...(part.source ? [relations.source(part.source)] : []),
    ...(part.nodeState ? [relations.nodeState(part.nodeState)] : []),
  ]);
}

function translateIdentity(part: TemplateWhereShape): Prisma.TemplateWhereInput[] {
  return [
    ...translateColumn(part.databaseId, { is: (id) => ({ id }) }, templateGroups),
    ...translateColumn(part.name, { is: (name) => ({ name }) }, templateGroups),
    ...translateColumn(part.vmid, { is: (vmid) => ({ vmid }) }, templateGroups),
    ...translateColumn(
      part.clusterIp,
      { is: (clusterIp) => ({ clusterIp }), empty: { clusterIp: null } },
      templateGroups,
    ),
    ...translateColumn(
      part.clusterId,
      { is: (clusterId) => ({ clusterId }), empty: { clusterId: null } },
      templateGroups,
    ),
    ...translateColumn(part.node, { is: (node) => ({ node }), empty: { node: null } }, templateGroups),
    ...translateColumn(
      part.kind,
      { is: ({ equals, in: list }) => ({ kind: { equals, in: list } }) },
      templateGroups,
    ),
    ...translateColumn(
      part.state,
      { is: ({ equals, in: list }) => ({ state: { equals, in: list } }) },
      templateGroups,
    ),
  ];
}

function translateLineage(part: TemplateWhereShape): Prisma.TemplateWhereInput[] {
  return [
    ...translateColumn(part.isReplica, { is: ({ equals }) => ({ isReplica: equals }) }, templateGroups),
    ...translateColumn(
      part.isClassTemplate,
      { is: ({ equals }) => ({ isClassTemplate: equals }) },
      templateGroups,
    ),
    ...translateColumn(
      part.sourceVmid,
      { is: (sourceVmid) => ({ sourceVmid }), empty: { sourceVmid: null } },
      templateGroups,
    ),
    ...translateColumn(
      part.sourceNode,
      { is: (sourceNode) => ({ sourceNode }), empty: { sourceNode: null } },
      templateGroups,
    ),
    ...translateColumn(
      part.classId,
      { is: (classId) => ({ classId }), empty: { classId: null } },
      templateGroups,
    ),
  ];
}

function translateMeasures(part: TemplateWhereShape): Prisma.TemplateWhereInput[] {
  return [
    ...translateColumn(
      part.diskBytes,
      { is: (diskBytes) => ({ diskBytes }), empty: { diskBytes: null } },
      templateGroups,
    ),
    ...translateColumn(
      part.onSharedStorage,
      { is: ({ equals }) => ({ onSharedStorage: equals }), empty: { onSharedStorage: null } },
      templateGroups,
    ),
    ...translateColumn(part.createdAt, { is: (createdAt) => ({ createdAt }) }, templateGroups),
    ...translateColumn(
      part.lastVerifiedAt,
      { is: (lastVerifiedAt) => ({ lastVerifiedAt }), empty: { lastVerifiedAt: null } },
      templateGroups,
    ),
    ...translateColumn(
      part.missingSince,
      { is: (missingSince) => ({ missingSince }), empty: { missingSince: null } },
      templateGroups,
    ),
  ];
}

import type { InputRef } from '@pothos/core';
import { all, sql } from '../../store/sql/sql.ts';
import { isSourceOf } from '../rows/lineage.ts';
import { classFilter, ClassWhere } from './class-where.ts';
import { clusterFilter, ClusterWhere } from './cluster-where.ts';
import {
  addFilterInput,
  columnFilter,
  relationFilter,
  writeWhere,
  type FilterFields,
  type Where,
} from './describe-filter.ts';
import * as filters from './scalar-filters.ts';
import { writeWords } from './words.ts';

/** What a template has to be: its own columns, its relations, and what its source and its node have to be. */
export const templateFilter: FilterFields = {
  databaseId: columnFilter('id', filters.IntFilter, 'Number of the row; what REST calls id.'),
  name: columnFilter('name', filters.StringFilter, 'Name in Proxmox.'),
  vmid: columnFilter('vmid', filters.IntFilter, 'Its own VMID.'),
  clusterIp: columnFilter('clusterIp', filters.StringFilter, 'Address of its cluster as recorded.'),
  clusterId: columnFilter('clusterId', filters.StringFilter, 'Id of its cluster in the clusters file.'),
  node: columnFilter('node', filters.StringFilter, 'Name of the node it is on.'),
  kind: columnFilter('kind', filters.GuestKindFilter, 'Virtual machine or container.'),
  state: columnFilter('state', filters.TemplateStateFilter, 'What is known of it at the moment.'),
  isReplica: columnFilter('isReplica', filters.BooleanFilter, 'Whether it is a copy of an original.'),
  isClassTemplate: columnFilter(
    'isClassTemplate',
    filters.BooleanFilter,
    'Whether it is the base of a class.',
  ),
  sourceVmid: columnFilter('sourceVmid', filters.IntFilter, 'VMID of the original it was made from.'),
  sourceNode: columnFilter('sourceNode', filters.StringFilter, 'Node of the original at that time.'),
  classId: columnFilter('classId', filters.IntFilter, 'Number of the class it belongs to.'),
  diskBytes: columnFilter('diskBytes', filters.BigIntFilter, 'Sum of its disks, bytes.'),
  onSharedStorage: columnFilter(
    'onSharedStorage',
    filters.BooleanFilter,
    'Whether all disks lie on shared storage.',
  ),
  createdAt: columnFilter('createdAt', filters.DateTimeFilter, 'When it was first recorded.'),
  lastVerifiedAt: columnFilter('lastVerifiedAt', filters.DateTimeFilter, 'When a scan last saw it.'),
  missingSince: columnFilter('missingSince', filters.DateTimeFilter, 'Since when scans no longer find it.'),
  cluster: relationFilter('cluster', ClusterWhere, {
    fields: clusterFilter,
    description: 'What its cluster has to be.',
  }),
  class: relationFilter('class', ClassWhere, {
    fields: classFilter,
    description: 'What its class has to be.',
  }),
  source: {
    description: 'What the original of a replica has to be.',
    type: () => TemplateWhere,
    inner: () => templateFilter,
    write: (where, row) => {
      const source = row.beside('Template');
      const fits = all([isSourceOf(source, row), writeWhere(where, source, templateFilter)]);
      return [sql`${row.column('isReplica')} = TRUE`, source.exists(fits)];
    },
  },
  nodeState: {
    description: 'What the state of its node has to be.',
    type: () => filters.NodeStateFilter,
    write: (words, row) => {
      const node = row.beside('Node');
      const place = [
        sql`${node.column('clusterId')} = ${row.column('clusterId')}`,
        sql`${node.column('name')} = ${row.column('node')}`,
      ];
      return [node.exists(all([...place, ...writeWords(words, node, 'state')]))];
    },
  },
};

export const TemplateWhere: InputRef<Where> = addFilterInput(
  'TemplateWhere',
  'What a template has to be. All given fields must hold.',
  templateFilter,
);

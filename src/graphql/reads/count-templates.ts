import { z } from 'zod';
import type { TemplateState } from '../../../prisma/generated/sqlite/enums.ts';
import { writeFacts } from '../../store/sql/fact.ts';
import { RowRef } from '../../store/sql/row-ref.ts';
import { all, join, sql } from '../../store/sql/sql.ts';
import type { ArrangedRead } from '../fields/root-read.ts';
import { equalColumns } from '../rows/equal-columns.ts';
import { readScope, type ClusterScope } from './cluster-scope.ts';

/** How many templates there are under one heading, and how much disk they take. */
export interface TemplateCount {
  readonly count: number;
  /** Bytes, as far as known. */
  readonly bytes: bigint;
}

/** A group of templates that agree in everything that is counted. */
export interface TemplateGroup extends TemplateCount {
  readonly clusterIp: string | null;
  readonly clusterId: string | null;
  readonly node: string | null;
  readonly state: TemplateState;
  readonly isReplica: boolean;
  readonly isClassTemplate: boolean;
}

/** Groups of the templates that are there, and of those that are missing. */
export interface CountedTemplates {
  readonly present: readonly TemplateGroup[];
  readonly missing: readonly TemplateGroup[];
}

/** What templates are counted by, in the order of the index that has it all. */
const headings = ['clusterId', 'node', 'isReplica', 'isClassTemplate', 'state'] as const;

const groupFacts = z.custom<
  [
    clusterId: string | null,
    node: string | null,
    isReplica: boolean | 0 | 1,
    isClassTemplate: boolean | 0 | 1,
    state: TemplateState,
    clusterIp: string | null,
    count: number,
    bytes: string | number,
  ]
>(Array.isArray);

/**
 * Counts all templates of a cluster, or of all. Those that are missing are groups of their own. Addresses of clusters and
 * bytes, which cost most, are only read where they are shown.
 */
export const countedTemplates: ArrangedRead<ClusterScope, ClusterScope, TemplateGroup, CountedTemplates> = {
  kind: 'arranged',
  keep: ['Template'],
  read: readScope,
  select: (scope, target, { selects }) => {
    const row = new RowRef(target, 'Template', 't');
    const byAddress = selects('templatesByCluster');
    const bytes = selects('bytes') || selects('totalBytes');
    const columns = [...headings, ...(byAddress ? ['clusterIp'] : [])].map((name) => row.column(name));
    const facts = writeFacts(row, headings, [
      byAddress ? row.column('clusterIp') : sql`NULL`,
      sql`count(*)`,
      bytes ? sql`CAST(coalesce(sum(${row.column('diskBytes')}), 0) AS TEXT)` : sql`0`,
    ]);
    return sql`SELECT ${facts} AS facts, '' AS written FROM ${row.from}
      WHERE ${all(equalColumns({ ...scope }, row))} GROUP BY ${join(columns)}`;
  },
  parse: (facts) => {
    const [clusterId, node, isReplica, isClassTemplate, state, clusterIp, count, bytes] =
      groupFacts.parse(facts);
    const headed = { clusterId, node, clusterIp, state, count, bytes: BigInt(bytes) };
    return { ...headed, isReplica: Boolean(isReplica), isClassTemplate: Boolean(isClassTemplate) };
  },
  isDoubtful: (groups, { clusterId }) => groups.length === 0 && typeof clusterId === 'string',
  arrange: (groups) => ({
    present: groups.filter(({ state }) => state !== 'MISSING'),
    missing: groups.filter(({ state }) => state === 'MISSING'),
  }),
};

/** Adds up groups. */
export function addUp(groups: Iterable<TemplateCount>): TemplateCount {
  let count = 0;
  let bytes = 0n;
  for (const group of groups) {
    count += group.count;
    bytes += group.bytes;
  }
  return { count, bytes };
}

/** Adds up groups under headings, sorted by heading. */
export function addUpBy<Group extends TemplateCount>(
  groups: readonly Group[],
  heading: (group: Group) => string,
): { heading: string; groups: [Group, ...Group[]]; total: TemplateCount }[] {
  return [...Map.groupBy(groups, heading)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, [first, ...rest]]) => {
      if (!first) return [];
      const members: [Group, ...Group[]] = [first, ...rest];
      return [{ heading: name, groups: members, total: addUp(members) }];
    });
}

import type { PrismaClient, TemplateState } from '../../../prisma/generated/sqlite/client.ts';
import { readScope, type ClusterArguments } from './cluster-scope.ts';

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

/** Counts all templates of a cluster, or of all, by one statement. Those that are missing are groups of their own. */
export async function groupTemplates(
  prisma: PrismaClient,
  cluster: ClusterArguments,
): Promise<TemplateGroup[]> {
  const groups = await prisma.template.groupBy({
    by: ['clusterIp', 'clusterId', 'node', 'state', 'isReplica', 'isClassTemplate'],
    where: readScope(cluster),
    _count: { _all: true },
    _sum: { diskBytes: true },
  });
  return groups.map(({ _count, _sum, ...group }) => ({
    ...group,
    count: _count._all,
    bytes: _sum.diskBytes ?? 0n,
  }));
}

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

import { cleanLegacyName } from '../inventory/lineage/legacy-names.ts';
import type { ReplicaCandidate } from './report.ts';

/** What recognising needs of a template. */
export interface NamedTemplate {
  readonly legacyId?: number;
  readonly name: string;
  readonly vmid: number;
  readonly clusterIp: string | null;
  readonly node: string | null;
  readonly isReplica?: boolean;
  readonly isClassTemplate?: boolean;
  readonly sourceVmid?: number | null;
}

/** The predecessor's name for a copy on a node: `<name>-replica-<node>`, sanitised and cut to 63 characters. */
export function nameLegacyReplica(name: string, node: string): string {
  return cleanLegacyName(`${name}-replica-${node}`);
}

/**
 * Finds the copies that the predecessor made and lost track of: rows with a copy's name that do not lead to an
 * original, and copies of copies. Rows that name their original properly are no candidates, and class templates never.
 */
export function findCandidates(templates: readonly NamedTemplate[]): ReplicaCandidate[] {
  const clusters = Map.groupBy(templates, (template) => template.clusterIp);
  return [...clusters.values()].flatMap((cluster) => {
    const sourceOf = makeSourceFinder(cluster);
    return cluster.flatMap((template) => {
      if (template.isClassTemplate || isProperReplica(template, cluster)) return [];
      const chain = followChain(template, sourceOf);
      return chain.length > 1 ? [describeCandidate(template, chain)] : [];
    });
  });
}

type Link = NamedTemplate | string | undefined;

/** What a template is a copy of: a row of its cluster, or only a name where that row is gone. */
function makeSourceFinder(cluster: readonly NamedTemplate[]): (template: NamedTemplate) => Link {
  const nodes = new Set(cluster.map((template) => template.node).filter((node) => node !== null));
  const byCopyName = new Map<string, NamedTemplate>();
  for (const template of cluster.toReversed()) {
    for (const node of nodes) byCopyName.set(nameLegacyReplica(template.name, node), template);
  }
  return (template) => {
    const source = byCopyName.get(template.name);
    if (source && source !== template) return source;
    return /^(.+)-replica-[a-z0-9-]+$/.exec(template.name)?.[1];
  };
}

function followChain(
  template: NamedTemplate,
  sourceOf: (template: NamedTemplate) => Link,
): (NamedTemplate | string)[] {
  const chain: (NamedTemplate | string)[] = [template];
  let link = sourceOf(template);
  while (typeof link === 'object' && !chain.includes(link)) {
    chain.push(link);
    link = sourceOf(link);
  }
  if (typeof link === 'string') chain.push(link);
  return chain;
}

/** A replica whose source is an original of its cluster. */
function isProperReplica(template: NamedTemplate, cluster: readonly NamedTemplate[]): boolean {
  if (!template.isReplica || template.sourceVmid === null || template.sourceVmid === undefined) return false;
  return cluster.some(
    (other) => other.vmid === template.sourceVmid && !other.isReplica && !looksCopied(other),
  );
}

function looksCopied(template: NamedTemplate): boolean {
  return /-replica-[a-z0-9-]+$/.test(template.name);
}

function describeCandidate(
  template: NamedTemplate,
  chain: readonly (NamedTemplate | string)[],
): ReplicaCandidate {
  const last = chain.at(-1);
  return {
    id: template.legacyId,
    clusterIp: template.clusterIp,
    vmid: template.vmid,
    node: template.node,
    name: template.name,
    chain: chain.map((link) => (typeof link === 'string' ? link : link.name)),
    originalVmid: typeof last === 'object' ? last.vmid : undefined,
  };
}

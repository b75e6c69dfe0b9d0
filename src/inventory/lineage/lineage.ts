import { findLegacyReplicas } from './legacy-names.ts';
import { registeredToken, unknownGeneration } from './marker.ts';
import type { ObservedTemplate } from '../observe/observation.ts';

/** Lineage as the store has it. A row of the `Template` model fits. */
export interface LineageRow {
  vmid: number;
  name: string;
  isReplica: boolean;
  sourceVmid: number | null;
  isClassTemplate: boolean;
  classId: number | null;
  sourceGeneration: string | null;
}

/** What a template is. */
export interface Lineage {
  /** A class base is the head of its own lineage: replicas of it are not replicas of its original. */
  role: 'original' | 'replica' | 'class-base';
  /** What it was made from: of a replica always an original or a class base, however long the chain was. */
  sourceVmid?: number;
  /** Generation of the source at that time; undefined where nobody knew. */
  sourceGeneration?: string;
  classId?: number;
  /** True when the guest itself says so: Template Hub made it. */
  marked: boolean;
  /** Its marker was only written to it: somebody else made it. */
  registered?: boolean;
}

export interface LineageInput {
  templates: readonly Pick<ObservedTemplate, 'vmid' | 'name' | 'details'>[];
  rows: readonly LineageRow[];
  /** Names of the cluster's nodes. */
  nodes: readonly string[];
}

/**
 * Lineage of every template and row. The guest's own marker counts first, then the row, then a name in the
 * predecessor's manner; everything else is an original.
 */
export function resolveLineage({ templates, rows, nodes }: LineageInput): Map<number, Lineage> {
  const lineages = new Map<number, Lineage>();
  const legacy = findLegacyReplicas(templates, nodes);
  for (const row of rows) lineages.set(row.vmid, ofRow(row));
  for (const template of templates) {
    const lineage = ofMarker(template) ?? lineages.get(template.vmid);
    lineages.set(template.vmid, lineage ?? { role: 'original', marked: false });
  }
  for (const [vmid, original] of legacy) {
    if (lineages.get(vmid)?.role === 'original') {
      lineages.set(vmid, { role: 'replica', sourceVmid: original, marked: false });
    }
  }
  return shortenChains(lineages);
}

function ofMarker({ details }: LineageInput['templates'][number]): Lineage | undefined {
  const marker = details?.marker;
  if (!marker || (marker.kind !== 'replica' && marker.kind !== 'class-base')) return undefined;
  return {
    role: marker.kind,
    sourceVmid: marker.source,
    sourceGeneration: marker.generation === unknownGeneration ? undefined : marker.generation,
    classId: marker.classId,
    marked: true,
    ...(marker.token === registeredToken && { registered: true }),
  };
}

function ofRow({
  vmid,
  isReplica,
  isClassTemplate,
  sourceVmid,
  classId,
  sourceGeneration,
}: LineageRow): Lineage {
  const origin = {
    sourceVmid: sourceVmid ?? undefined,
    sourceGeneration: sourceGeneration ?? undefined,
    classId: classId ?? undefined,
    marked: false,
  };
  if (isClassTemplate) return { role: 'class-base', ...origin };
  if (isReplica && sourceVmid !== null && sourceVmid !== vmid) return { role: 'replica', ...origin };
  return { role: 'original', marked: false };
}

/** The predecessor copied its replicas again: such a chain is one source with many replicas. */
function shortenChains(lineages: Map<number, Lineage>): Map<number, Lineage> {
  const shortened = new Map<number, Lineage>();
  for (const [vmid, lineage] of lineages) shortened.set(vmid, shorten(lineage, lineages));
  return shortened;
}

function shorten(lineage: Lineage, lineages: ReadonlyMap<number, Lineage>): Lineage {
  const visited = new Set<number>();
  let source = lineage.sourceVmid;
  while (source !== undefined && !visited.has(source)) {
    const next = lineages.get(source);
    if (lineage.role !== 'replica' || next?.role !== 'replica') break;
    visited.add(source);
    source = next.sourceVmid;
  }
  if (source === lineage.sourceVmid) return lineage;
  // The generation was that of the replica in between, which says nothing about the original.
  return { ...lineage, sourceVmid: source, sourceGeneration: undefined };
}

import type { ClusterFacts } from '../../inventory/observe/cluster-facts.ts';
import { resolveLineage, type Lineage } from '../../inventory/lineage/lineage.ts';
import type { ObservedNode, ObservedTemplate } from '../../inventory/observe/observation.ts';
import type { Item } from './item.ts';
import type { PlanInput, PlanRow, RunningStep } from './plan.ts';
import { findSameNames, type SameNames } from './same-name.ts';
import { mapStorages, type StorageMap } from './storage-map.ts';

/** What is planned with: the observation and the rows, joined and indexed. */
export interface World {
  nodes: ObservedNode[];
  storages: StorageMap;
  /** Originals and class bases by vmid, sorted. */
  sources: Item[];
  sameNames: SameNames;
  /** Replicas by `source/node`, sorted by vmid. */
  replicas: Map<string, Item[]>;
  /** Steps under way by `source/node`. */
  running: Map<string, RunningStep>;
  gone: ReadonlySet<number>;
  /** What the cluster said of itself beyond its lists, where it was asked. */
  facts?: ClusterFacts;
}

/** One (source, node) as a key. */
export function pairOf(sourceVmid: number, node: string): string {
  return `${sourceVmid}/${node}`;
}

export function buildWorld({ observation, rows, running, facts }: PlanInput): World {
  const gone = new Set(observation.gone);
  const alive = rows.filter(({ vmid, state }) => state !== 'MISSING' && !gone.has(vmid));
  const nodes = [...observation.nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lineages = resolveLineage({
    templates: observation.templates,
    rows: chooseRows(alive),
    nodes: nodes.map(({ name }) => name),
  });
  const items = joinItems(observation.templates, alive, lineages);
  const sources = items.filter(({ lineage }) => lineage.role !== 'replica');
  const replicas = items.filter(({ lineage }) => lineage.role === 'replica');
  return {
    nodes,
    storages: mapStorages(observation.storages),
    sources,
    sameNames: findSameNames(sources),
    replicas: Map.groupBy(replicas, ({ lineage, node }) => pairOf(lineage.sourceVmid ?? 0, node ?? '')),
    running: new Map(running.filter(isCopy).map((step) => [pairOf(step.sourceVmid, step.targetNode), step])),
    gone,
    facts,
  };
}

function isCopy({ kind }: RunningStep): boolean {
  return kind === 'REPLICA';
}

/** Of several rows of one vmid (left by the predecessor) the one that knows a source speaks. */
function chooseRows(rows: readonly PlanRow[]): PlanRow[] {
  const chosen = new Map<number, PlanRow>();
  for (const row of [...rows].sort(byVmid)) {
    const other = chosen.get(row.vmid);
    if (!other || (other.sourceVmid === null && row.sourceVmid !== null)) chosen.set(row.vmid, row);
  }
  return [...chosen.values()];
}

function joinItems(
  templates: readonly ObservedTemplate[],
  rows: readonly PlanRow[],
  lineages: ReadonlyMap<number, Lineage>,
): Item[] {
  const original: Lineage = { role: 'original', marked: false };
  const observed = new Set(templates.map(({ vmid }) => vmid));
  const chosen = chooseRows(rows);
  const known = new Map(chosen.map((row) => [row.vmid, row]));
  const items = templates.map((template): Item => {
    const { vmid, name, node, details, seen } = template;
    const lineage = lineages.get(vmid) ?? original;
    const row = known.get(vmid);
    return { vmid, name, node, lineage, row, seen: seen && details ? { ...template, details } : undefined };
  });
  for (const row of chosen) {
    const { vmid, name, node } = row;
    if (!observed.has(vmid)) items.push({ vmid, name, node, row, lineage: lineages.get(vmid) ?? original });
  }
  return items.sort(byVmid);
}

function byVmid(a: { vmid: number }, b: { vmid: number }): number {
  return a.vmid - b.vmid;
}

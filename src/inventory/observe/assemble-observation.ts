import type { ClusterResources, GuestResource } from '../../proxmox/endpoints/cluster-resources.ts';
import type { ClusterLists } from './list-cluster.ts';
import type {
  ClusterObservation,
  Fault,
  ObservedGuest,
  ObservedNode,
  ObservedTemplate,
} from './observation.ts';
import type { GuestKnowledge } from './observe-guests.ts';
import { observeStorages } from './observe-nodes.ts';
import type { TemplateCache } from './template-cache.ts';

/** Everything that a scan collected. */
export interface Collected {
  clusterId: string;
  at: number;
  lists: ClusterLists;
  resources: ClusterResources;
  nodes: readonly ObservedNode[];
  /** Guests on nodes that are online and may be templates. */
  knowledge: readonly GuestKnowledge[];
  /** Rows of templates on nodes that are not. */
  unseen: readonly GuestResource[];
  /** Vmids that the store knows as templates. */
  known: ReadonlySet<number>;
  /** Vmids that are free for certain. */
  free: readonly number[];
  /** Vmids of known templates that are in no list, and not certainly gone. */
  doubtful: readonly number[];
  cache: TemplateCache;
}

/** Puts what a scan collected into its final form. */
export function assembleObservation(collected: Collected): ClusterObservation {
  const { clusterId, at, lists, resources, knowledge, unseen, cache, doubtful } = collected;
  const { blind, hidden } = lists.sight ?? {};
  const nodes = collected.nodes.map((node) => doubtNode(node, collected));
  const seen = knowledge.flatMap((one) => describeTemplate(one, collected.known));
  const templates = [...seen, ...unseen.map((row) => describeUnseen(row, cache))].sort(
    (a, b) => a.vmid - b.vmid,
  );
  return {
    clusterId,
    at,
    reachable: true,
    fault: blind ?? lists.fault ?? hidden ?? describeDoubt(doubtful),
    blind,
    quorate: lists.status?.quorate,
    version: lists.version,
    pveName: lists.status?.name,
    nodes,
    storages: observeStorages(resources),
    guests: describeGuests(resources.guests, knowledge),
    templates,
    gone: [...collected.free, ...findTurnedBack(knowledge)].sort((a, b) => a - b),
    complete:
      nodes.every(({ listed }) => listed) && knowledge.every(({ fault }) => !fault) && doubtful.length === 0,
  };
}

/** Guests that are no templates (any more) by the lists and by their configuration: one word alone is no proof. */
function findTurnedBack(knowledge: readonly GuestKnowledge[]): number[] {
  return knowledge
    .filter(({ row, read }) => row.template === false && read && !read.details)
    .map(({ row }) => row.vmid);
}

/** A node is not listed while we see nothing there, or a guest on it could be a template that nobody knows yet. */
function doubtNode(node: ObservedNode, { knowledge, known, lists }: Collected): ObservedNode {
  const doubt = knowledge.find(({ row, fault }) => fault && row.node === node.name && !known.has(row.vmid));
  const fault = node.fault ?? lists.sight?.blind ?? doubt?.fault;
  return fault ? { ...node, listed: false, fault } : node;
}

function describeTemplate(
  { row, read, fault }: GuestKnowledge,
  known: ReadonlySet<number>,
): ObservedTemplate[] {
  const { vmid, kind, node, pool, lock } = row;
  if (read?.details) {
    return [
      { vmid, kind, node, name: read.name, tags: read.tags, pool, lock, seen: true, details: read.details },
    ];
  }
  const isTemplate = row.template === true || (row.template === undefined && known.has(vmid));
  if (!fault || !isTemplate) return [];
  return [
    { vmid, kind, node, name: row.name ?? `VM ${vmid}`, tags: row.tags, pool, lock, seen: false, fault },
  ];
}

function describeUnseen(row: GuestResource, cache: TemplateCache): ObservedTemplate {
  const { vmid, kind, node, tags, pool, lock } = row;
  const cached = cache.guests.get(vmid);
  const name = row.name ?? cached?.name ?? `VM ${vmid}`;
  return { vmid, kind, node, name, tags, pool, lock, seen: false, details: cached?.details };
}

/** What was read stands over what the lists say: those lag behind. */
function describeGuests(
  rows: readonly GuestResource[],
  knowledge: readonly GuestKnowledge[],
): ObservedGuest[] {
  const reads = new Map(knowledge.map(({ row, read }) => [row.vmid, read]));
  return rows.map(({ vmid, kind, node, name, status, lock, tags, pool, ...row }) => {
    const read = reads.get(vmid);
    const template = read ? read.details !== undefined : row.template;
    const running = status !== 'stopped' && status !== 'unknown';
    return { vmid, kind, node, name: name ?? read?.name, template, running, lock, tags, pool };
  });
}

function describeDoubt(doubtful: readonly number[]): Fault | undefined {
  if (doubtful.length === 0) return undefined;
  return {
    code: 'LIST_CUT',
    message: `Known templates ${doubtful.join(', ')} are in no list, but their ids are not free: give the account VM.Audit on /vms`,
  };
}

import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { ClusterResources, GuestResource } from '../../proxmox/endpoints/cluster-resources.ts';
import type { Clock } from '../../time/clock.ts';
import { assembleObservation } from './assemble-observation.ts';
import { findFreeIds } from './find-gone.ts';
import { listCluster, type ClusterLists } from './list-cluster.ts';
import type { ClusterObservation } from './observation.ts';
import { readGuests, type GuestKnowledge, type ReadingOptions } from './observe-guests.ts';
import { observeNodes } from './observe-nodes.ts';
import type { TemplateCache } from './template-cache.ts';

/** A template that the store knows and does not hold for missing. */
export interface KnownTemplate {
  vmid: number;
}

export interface ObserveOptions {
  client: ProxmoxClient;
  clusterId: string;
  known: readonly KnownTemplate[];
  /** Kept for the life of the process, one a cluster. */
  cache: TemplateCache;
  clock: Clock;
  /** A template's configuration is read again after so many milliseconds even if no list shows a change. Default 10 min. */
  maxAgeMs?: number;
  signal?: AbortSignal;
}

const defaultMaxAge = 10 * 60_000;

/**
 * Scans one cluster: three list calls, one configuration for each template that is new or changed, and one question for
 * each known template that is in no list any more. A cluster that cannot be reached is an observation too; the promise
 * rejects only when it is aborted.
 */
export async function observeCluster(options: ObserveOptions): Promise<ClusterObservation> {
  const { client, clusterId, clock, signal } = options;
  const at = clock.now();
  const lists = await listCluster(client, signal);
  if (!lists.resources) return describeUnreachable({ clusterId, at, lists });
  return observeGuests(options, { at, lists, resources: lists.resources });
}

async function observeGuests(
  options: ObserveOptions,
  { at, lists, resources }: { at: number; lists: ClusterLists; resources: ClusterResources },
): Promise<ClusterObservation> {
  const { client, clusterId, cache, signal, maxAgeMs = defaultMaxAge } = options;
  const guests = resources.guests.sort((a, b) => a.vmid - b.vmid);
  const known = new Set(options.known.map(({ vmid }) => vmid));
  forgetAbsent(cache, guests);

  const nodes = observeNodes(resources, lists.status);
  const online = new Set(nodes.filter(({ state }) => state === 'ONLINE').map(({ name }) => name));
  const suspects = guests.filter(({ vmid, template }) => template !== false || known.has(vmid));
  const reading = { client, cache, maxAgeMs, signal };
  const read = await readGuests(
    suspects.filter(({ node }) => online.has(node)),
    reading,
  );
  const sources = await readSources({ guests: guests.filter(({ node }) => online.has(node)), read, reading });

  const listed = new Set(guests.map(({ vmid }) => vmid));
  const wanted = new Set([...known, ...namedSources(read)]);
  const absent = [...wanted].filter((vmid) => !listed.has(vmid)).sort((a, b) => a - b);
  const free = await findFreeIds(client, { vmids: absent, cache, signal });

  const unseen = suspects.filter(
    ({ node, vmid, template }) => !online.has(node) && (template || known.has(vmid)),
  );
  const doubtful = absent.filter((vmid) => !free.includes(vmid));
  const knowledge = [...read, ...sources];
  return assembleObservation({
    clusterId,
    at,
    lists,
    resources,
    nodes,
    knowledge,
    unseen,
    known,
    free,
    doubtful,
    cache,
  });
}

/** Originals that markers name, but that no list calls a template: they were turned back, or their id was used again. */
function readSources({ guests, read, reading }: SourceReading): Promise<GuestKnowledge[]> {
  const already = new Set(read.map(({ row }) => row.vmid));
  const named = new Set(namedSources(read));
  return readGuests(
    guests.filter(({ vmid }) => named.has(vmid) && !already.has(vmid)),
    reading,
  );
}

interface SourceReading {
  guests: readonly GuestResource[];
  read: readonly GuestKnowledge[];
  reading: ReadingOptions;
}

function namedSources(read: readonly GuestKnowledge[]): number[] {
  return read.flatMap(({ read }) => read?.details?.marker?.source ?? []);
}

/** An id that is listed is not free, and a guest that is not listed is read afresh if it comes back. */
function forgetAbsent(cache: TemplateCache, guests: readonly GuestResource[]): void {
  const listed = new Set(guests.map(({ vmid }) => vmid));
  for (const vmid of cache.guests.keys()) if (!listed.has(vmid)) cache.guests.delete(vmid);
  for (const vmid of listed) cache.free.delete(vmid);
}

function describeUnreachable({ clusterId, at, lists }: Unreachable): ClusterObservation {
  const nothing = { nodes: [], storages: [], guests: [], templates: [], gone: [] };
  return { clusterId, at, reachable: false, fault: lists.fault, complete: false, ...nothing };
}

interface Unreachable {
  clusterId: string;
  at: number;
  lists: ClusterLists;
}

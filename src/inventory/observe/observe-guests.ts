import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { GuestResource } from '../../proxmox/endpoints/cluster-resources.ts';
import { toFault } from '../fault.ts';
import type { Fault } from './observation.ts';
import { readGuest } from './read-guest.ts';
import { fingerprintRow, type CachedGuest, type ListedGuest, type TemplateCache } from './template-cache.ts';

/** What is known of a guest that may be a template. */
export interface GuestKnowledge {
  row: GuestResource;
  /** The configuration as last read; undefined with a fault, or when its node is not online. */
  read?: CachedGuest;
  fault?: Fault;
}

export interface ReadingOptions {
  client: ProxmoxClient;
  cache: TemplateCache;
  /** A configuration read longer ago is read again, milliseconds. */
  maxAgeMs: number;
  signal?: AbortSignal;
}

/** Knows each guest's configuration: from the cache where nothing speaks against it, from the cluster otherwise. */
export function readGuests(
  rows: readonly GuestResource[],
  options: ReadingOptions,
): Promise<GuestKnowledge[]> {
  return Promise.all(rows.map((row) => readOne(row, options)));
}

async function readOne(row: GuestResource, options: ReadingOptions): Promise<GuestKnowledge> {
  const { client, cache, maxAgeMs, signal } = options;
  const cached = cache.guests.get(row.vmid);
  if (cached && isFresh(cached, row, client.clock.now() - maxAgeMs)) return { row, read: cached };
  try {
    const read = await readGuest(client, row, signal);
    cache.guests.set(row.vmid, read);
    return { row, read };
  } catch (error) {
    cache.guests.delete(row.vmid);
    return { row, fault: toFault(error, signal) };
  }
}

/**
 * A rebuilt template can look the same in every list, so nothing is fresh for ever. A row that contradicts what was read
 * (the lists lag behind by about 10 s) or knows nothing yet is read again.
 */
function isFresh(cached: CachedGuest, row: ListedGuest, notBefore: number): boolean {
  const agrees = row.template === (cached.details !== undefined);
  return agrees && cached.readAt >= notBefore && cached.fingerprint === fingerprintRow(row);
}

import type { GuestResource } from '../../proxmox/endpoints/cluster-resources.ts';
import type { TemplateDetails } from './observation.ts';

/** The part of a list row that tells that a configuration may have changed. */
export type ListedGuest = Pick<
  GuestResource,
  'kind' | 'vmid' | 'node' | 'name' | 'template' | 'tags' | 'lock' | 'cores' | 'memory' | 'diskSize'
>;

/** What the last read of a guest's configuration said. */
export interface CachedGuest {
  /** Of the list row at the time of the read. */
  fingerprint: string;
  /** Epoch milliseconds. */
  readAt: number;
  name: string;
  tags: string[];
  /** Undefined: the guest is no template. */
  details?: TemplateDetails;
}

/** What one process remembers of a cluster between scans, so that only new and changed templates are read again. */
export interface TemplateCache {
  guests: Map<number, CachedGuest>;
  /** Ids that were found free; they are not asked for again until a guest has them. */
  free: Set<number>;
  /** Ids that are in no list and yet were not free. */
  taken: Set<number>;
}

export function createTemplateCache(): TemplateCache {
  return { guests: new Map(), free: new Set(), taken: new Set() };
}

/** Changes when anything a list tells of a guest's configuration changes. The pool is no part of it. */
export function fingerprintRow(row: ListedGuest): string {
  const { kind, node, name, tags, lock, cores, memory, diskSize } = row;
  return JSON.stringify([kind, node, name, [...tags].sort(), lock, cores, memory, diskSize]);
}

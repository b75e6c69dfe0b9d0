import type { Permissions } from '../../proxmox/endpoints/access.ts';
import type { HostNeeds } from '../../proxmox/guests/host-needs.ts';
import type { Disk } from '../../proxmox/guests/disks.ts';

/**
 * What a cluster says of itself beyond its lists. Whatever is missing here was not asked for or not answered: it is not
 * known, and nothing follows from it.
 */
export interface ClusterFacts {
  /** Bridges and networks by node. */
  bridges: ReadonlyMap<string, ReadonlySet<string>>;
  /** Volume ids of files by `node/storage`. */
  files: ReadonlyMap<string, ReadonlySet<string>>;
  /** Storages that do not exist, for certain. */
  lostStorages: ReadonlySet<string>;
  /** Nodes that have something under a mapped name such as `pci/gpu`. */
  mappings: ReadonlyMap<string, ReadonlySet<string>>;
  /** Our privileges by path. */
  rights: ReadonlyMap<string, ReadonlySet<string>>;
  /** All that we may do; undefined when it could not be read. */
  permissions?: Permissions;
  /** We log in as root@pam itself. */
  isRoot: boolean;
  /** Nodes in maintenance. */
  maintenance: ReadonlySet<string>;
}

/** What a guest's configuration says of the node that it is to run on. */
export interface GuestNeeds {
  needs: HostNeeds;
  disks: readonly Pick<Disk, 'drive' | 'storage' | 'volume' | 'cdrom' | 'hostDrive'>[];
}

/** Nothing is known. */
export const unknownFacts: ClusterFacts = {
  bridges: new Map(),
  files: new Map(),
  lostStorages: new Set(),
  mappings: new Map(),
  rights: new Map(),
  isRoot: false,
  maintenance: new Set(),
};

import type { Disk } from '../../proxmox/guests/disks.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { HostNeeds } from '../../proxmox/guests/host-needs.ts';
import type { Marker } from '../lineage/marker.ts';

/** Why something could not be seen: a stable code for programs and a sentence for people. */
export interface Fault {
  code: string;
  message: string;
}

export type ObservedNodeState = 'ONLINE' | 'OFFLINE' | 'UNKNOWN';

export interface ObservedNode {
  name: string;
  /** UNKNOWN: a member of the cluster whose statistics are missing. */
  state: ObservedNodeState;
  /** Cores. */
  cpus?: number;
  /** Bytes. */
  memoryTotal?: number;
  /** Bytes. */
  memoryUsed?: number;
  /** Number of guests on it, as far as we may see them. */
  guests: number;
  /** True when every guest of it that could be a template is known with its configuration. */
  listed: boolean;
  /** Why it is not listed. */
  fault?: Fault;
}

/** A storage as one node sees it. */
export interface ObservedStorage {
  node: string;
  name: string;
  /** Proxmox's word, for example `dir` or `lvmthin`; `unknown` where it is not told. */
  type: string;
  shared: boolean;
  content: string[];
  /** It has fresh statistics: it can be reached from the node. */
  active: boolean;
  /** Bytes. */
  total?: number;
  /** Bytes; an estimate on thin storages. */
  available?: number;
}

/** Any guest of the cluster; what is undefined is not known. */
export interface ObservedGuest {
  vmid: number;
  kind: GuestKind;
  node: string;
  name?: string;
  /** Undefined: Proxmox has no statistics of it yet, and its configuration was not read. */
  template?: boolean;
  running: boolean;
  lock?: string;
  tags: string[];
  pool?: string;
}

/** What a template's configuration says. */
export interface TemplateDetails {
  /** SHA-1 of the configuration file. */
  digest: string;
  /** Fingerprint of its content, see `fingerprintGeneration`. */
  generation: string;
  /** The whole text, a marker included. */
  description: string;
  /** The lineage marker that names this guest's own vmid; an inherited one does not count. */
  marker?: Marker;
  /** All drives: disks, EFI, TPM, cloud-init, CD and unused ones. */
  disks: Disk[];
  /** Sum of what a full clone copies, bytes. */
  diskBytes: number;
  /** True when every copied disk is a base volume: linked clones are possible as far as the names tell. */
  linkedClones: boolean;
  protection: boolean;
  onboot: boolean;
  /** What it wants of the node that it runs on. */
  needs: HostNeeds;
  cores?: number;
  memoryBytes?: number;
  osType?: string;
  lock?: string;
  /** Epoch milliseconds of the read. */
  readAt: number;
}

export interface ObservedTemplate {
  vmid: number;
  kind: GuestKind;
  node: string;
  name: string;
  tags: string[];
  pool?: string;
  lock?: string;
  /** True when this scan really saw it: its node is online and its row or its configuration is fresh. */
  seen: boolean;
  /** Undefined when the configuration could not be read; then `fault` says why. */
  details?: TemplateDetails;
  fault?: Fault;
}

/** Everything one scan of one cluster saw, and what it could not see. Lists are sorted by name or vmid. */
export interface ClusterObservation {
  clusterId: string;
  /** Epoch milliseconds of the start of the scan. */
  at: number;
  /** False: nothing else here means anything but `fault`. */
  reachable: boolean;
  fault?: Fault;
  /** The account sees no guest at all, and its rights may be why: what is there is not known, and nothing is begun. */
  blind?: Fault;
  /** Whether the cluster may write; undefined when we may not ask. */
  quorate?: boolean;
  /** Version of the node that answered. */
  version?: string;
  /** The cluster's own name; undefined on a stand-alone node. */
  pveName?: string;
  nodes: ObservedNode[];
  storages: ObservedStorage[];
  guests: ObservedGuest[];
  templates: ObservedTemplate[];
  /**
   * Vmids of known templates and of sources named by markers that certainly are no templates now: the id is free, or a
   * guest that is none has it. Only these count as gone; what is merely not in the lists is unknown.
   */
  gone: number[];
  /** True when every node was listed and no known template is in doubt. */
  complete: boolean;
}

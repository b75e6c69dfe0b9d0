import type { ClusterFacts } from '../../inventory/observe/cluster-facts.ts';
import type { LineageRow } from '../../inventory/lineage/lineage.ts';
import type { CopyTimes } from '../../inventory/lineage/reopened.ts';
import type { ClusterObservation } from '../../inventory/observe/observation.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { ReplicationPolicy } from '../policy/policy.ts';
import type { Reason, Warning } from './reason.ts';

/**
 * How a replica comes to its node:
 * - SHARED_TARGET: one full clone with `target`; every storage is shared.
 * - LOCAL_MIGRATE: full clone on the node of the copy's source, offline migration to the same storage names, conversion.
 * - LOCAL_MIGRATE_STORAGE: the same with `targetstorage`.
 * - CONVERTING_CLONE: the clone goes to another `storage` first, whose type can be migrated to the target's.
 */
export type Way = 'SHARED_TARGET' | 'LOCAL_MIGRATE' | 'LOCAL_MIGRATE_STORAGE' | 'CONVERTING_CLONE';

export type PlacementStatus =
  | 'PRESENT'
  | 'WANTED'
  | 'BEING_MADE'
  | 'OUTDATED'
  | 'FAILED'
  | 'NOT_POSSIBLE'
  | 'NOT_WANTED';

/** One (original, node) and what is the case there. There is one for every original (and class base) and node. */
export interface Placement {
  sourceVmid: number;
  sourceName: string;
  node: string;
  status: PlacementStatus;
  /** The original itself is on this node. */
  original: boolean;
  /** The guest that is there: the original, a replica or an outdated replica. */
  vmid?: number;
  /** How it will be made; with WANTED and OUTDATED where there is a step. */
  way?: Way;
  /** Why it is not possible, not wanted, or outdated without a step. */
  reason?: Reason;
  /** What deserves a look although the replica is made; where there is a step. */
  warnings?: Warning[];
  /** Of class bases and their replicas. */
  classId?: number;
}

/** Parameters of the clone call beyond newid, name, description and `full: 1`. */
export interface CloneParameters {
  /** The node the new guest is handed to; only with SHARED_TARGET. */
  target?: string;
  storage?: string;
  /** Where the copy must be converted to be movable. */
  format?: 'raw';
}

/** Parameters of the migration; undefined where there is none. */
export interface MigrateParameters {
  target: string;
  targetStorage?: string;
}

/**
 * What is done to the copy's configuration before it moves and is converted; the source is never touched. Tags stay as
 * the clone inherits them.
 */
export interface Preparation {
  /** CD drives whose image the target node cannot reach. */
  detach: string[];
  /**
   * Keys that a replica must not inherit: `protection` (it could not be taken back), `onboot` (the unfinished copy would
   * start with its node), `hookscript` where we are root, who alone may take it out, and the target cannot read it.
   */
  remove: string[];
}

/**
 * What a copy was planned from, in fingerprints: where a copy was refused and none of it has changed, the next one would
 * be refused as well.
 */
export interface Basis {
  /** The configuration of the template, and of the guest whose bytes are copied. */
  template: string;
  /** What of the policy says how copies are made. */
  policy: string;
  /** Storages of both nodes, without their room. */
  storages: string;
  /** Our rights; undefined when they could not be read. */
  rights?: string;
  /** How it is done. */
  way: string;
  /** Bytes free on the fullest storage that it writes to; undefined where none says. */
  room?: number;
}

/** A replica to be made. */
export interface PlannedStep {
  kind: 'REPLICA';
  guestKind: GuestKind;
  way: Way;
  /** The lineage source: an original or a class base. */
  sourceVmid: number;
  sourceNode: string;
  sourceGeneration: string;
  /** The source's description, for the marker to be added to. */
  sourceDescription: string;
  /** Whose bytes are copied: the source, or a current replica of it where that saves a copy over the network. */
  copyVmid: number;
  copyNode: string;
  targetNode: string;
  /** Where the disks will lie; undefined when they keep the names of the source's storages. */
  targetStorage?: string;
  clone: CloneParameters;
  migrate?: MigrateParameters;
  prepare: Preparation;
  name: string;
  bytes: number;
  /** KiB/s. */
  bandwidthLimit?: number;
  /** Storages that the copy reads and writes, as `node/name`, or `name` where shared. */
  storages: string[];
  /** The outdated replica that is removed once this one is done. */
  replacesVmid?: number;
  classId?: number;
  /** What it was planned from. */
  basis: Basis;
}

/** A replica that is to be removed, once nothing stands in its way. */
export interface PlannedRemoval {
  kind: 'REMOVE';
  guestKind: GuestKind;
  vmid: number;
  node: string;
  name: string;
  sourceVmid: number;
  why: 'REPLACED' | 'ORPHANED';
}

export interface Plan {
  clusterId: string;
  /** Why nothing is begun at all: unreachable, blind, no quorum, paused. */
  held?: Reason;
  /** Sorted by source and node. */
  placements: Placement[];
  /** Longest first. */
  steps: PlannedStep[];
  removals: PlannedRemoval[];
  /** What deserves a look of the policy as a whole, a sentence each. */
  remarks: string[];
  /** Removals that the steps will make possible: outdated replicas that get a successor. */
  laterRemovals: PlannedRemoval[];
}

/**
 * What a template's row knows beyond the observation: lineage without a marker, and that it was there when it is merely
 * not seen now. A row of the `Template` model fits.
 */
export interface PlanRow extends LineageRow, CopyTimes {
  node: string | null;
  /** When it was last seen to be no template. */
  reopenedAt: Date | null;
  /** PRESENT, MISSING, OUTDATED or ORPHANED. */
  state: string;
}

/** A step that is under way. A row of the `ReplicationStep` model that is not final fits. */
export interface RunningStep {
  kind: string;
  sourceVmid: number;
  targetNode: string;
  /** The new guest's id once it is claimed. */
  vmid: number | null;
}

/** Where a class wants its base template. */
export interface ClassDemand {
  classId: number;
  /** Nodes that need a replica of the base. */
  nodes: string[];
}

/** A copy that Proxmox refused in a way that a repeat does not change. */
export interface PastRefusal {
  sourceVmid: number;
  targetNode: string;
  runId: number;
  code: string;
  message: string;
  /** What it was planned from, as `formatBasis` wrote it. */
  basis: string;
}

export interface PlanInput {
  observation: ClusterObservation;
  policy: ReplicationPolicy;
  rows: readonly PlanRow[];
  running: readonly RunningStep[];
  classes?: readonly ClassDemand[];
  /** What the cluster said of itself beyond its lists; without it nothing of that kind is known. */
  facts?: ClusterFacts;
  /** The last copies for their source and node, where Proxmox refused them for good. */
  refusals?: readonly PastRefusal[];
  /** What was asked for: with it only these sources and nodes get steps, in the mode ON_DEMAND too. */
  request?: PlanRequest;
}

export interface PlanRequest {
  /** Sources; all when undefined. */
  vmids?: readonly number[];
  /** Target nodes; all when undefined. */
  nodes?: readonly string[];
  /** Also what was refused before and would be refused again, as far as is known. */
  retry?: boolean;
}

import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { ObstacleCode } from '../../replication/step/obstacle.ts';

/** What a guest is to a class. */
export type GuestRole = 'TEACHER' | 'BASE' | 'STUDENT';

/**
 * How a guest comes to its node:
 * - SAME_NODE: the clone stays on the node it is made on.
 * - TARGET: the clone call hands it to the node; every storage is shared.
 * - MIGRATE: it is moved there after the clone, with its disks.
 */
export type Transfer = 'SAME_NODE' | 'TARGET' | 'MIGRATE';

/** A template that bytes or linked clones come from. */
export interface SourceTemplate {
  vmid: number;
  node: string;
  /** Fingerprint of its content; undefined when it is not known. */
  generation?: string;
}

/** A guest that a class is to get. */
export interface PlannedGuest {
  /** Names it within the plan: `teacher`, `base-<node>`, `student-<number>`. */
  key: string;
  role: GuestRole;
  /** Of students, from 1. */
  number?: number;
  name: string;
  node: string;
  /** Full copy; false is a linked clone. */
  full: boolean;
  transfer: Transfer;
  /** The lineage source, when it is there already. */
  source?: SourceTemplate;
  /** Key of the base of the same plan it is cloned from. */
  baseKey?: string;
  /** Where the bytes come from, when that is a replica of the source. */
  copy?: SourceTemplate;
  /** Bytes to be copied; 0 for linked clones. */
  bytes: number;
}

/** A guest that is to be removed. */
export interface PlannedRemoval {
  /** Names it within the plan: `remove-<vmid>`. */
  key: string;
  role: GuestRole;
  number?: number;
  vmid: number;
  node: string;
  name: string;
  /** It was never finished. */
  halfMade: boolean;
  /** Keys of what must be made or removed before. */
  after: string[];
}

/** Why a guest of a class is left alone when others are removed. */
export type KeepReason =
  | 'NOT_MADE_HERE'
  | 'NOT_OURS_ANY_MORE'
  | 'STILL_IN_USE'
  | 'ALREADY_GONE'
  | 'NODE_OFFLINE'
  | ObstacleCode;

/** A guest that stays, and why. */
export interface KeptGuest {
  role: GuestRole;
  vmid: number;
  node: string | undefined;
  name: string | undefined;
  reason: KeepReason;
  message: string;
}

/** A half-made guest of an earlier run that is taken back. */
export interface PlannedTakeBack {
  stepId: number;
  vmid: number;
  node: string;
  name: string;
  /** Why it was left, and what an administrator may have to do. */
  message: string;
}

/** A storage that is written to; its limits count for the cluster when it is shared, else for each node. */
export interface PlannedStorage {
  name: string;
  shared: boolean;
}

/** What is to be done about a class; also what a dry run answers. */
export interface ClassPlan extends GuestPlan {
  /** What earlier runs left half made; it is taken back while the rest is done. */
  takeBack: PlannedTakeBack[];
}

/** The part of a plan that is decided from the facts. */
export interface GuestPlan {
  guestKind: GuestKind;
  /** CD drives that copies of the original are made without: only one node reaches their image. */
  detach: string[];
  /** Storages that the class's guests lie on. */
  storages: PlannedStorage[];
  /** In the order in which they are to begin: what others wait for goes first. */
  make: PlannedGuest[];
  /** Children before bases. */
  remove: PlannedRemoval[];
  /**
   * Guests that are asked to go and that something stands in the way of, see `keep`. Their steps say so, or remove them
   * when it is gone by then; those that stay are in the books as leaving.
   */
  attempt: PlannedRemoval[];
  keep: KeptGuest[];
  /** What deserves a look before it is begun, in words. */
  warnings: string[];
}

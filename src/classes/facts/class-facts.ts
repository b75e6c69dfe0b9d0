import type { GuestNeeds } from '../../inventory/observe/cluster-facts.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';
import type { SourceTemplate } from '../plan/class-plan.ts';
import type { VmidRange } from '../plan/class-vmids.ts';
import type { ClassGuest } from '../plan/plan-deletion.ts';

/** A class as it was ordered. */
export interface ClassOrder {
  classId: number;
  name: string;
  teacher: string | null;
  namePattern: string;
  vmids: VmidRange;
  /** Nodes that may hold students; empty for all. */
  nodes: readonly string[];
  /** Storage of the teacher's machine and the bases; undefined: where the original's disks are. */
  storage?: string;
  /** Snapshot that students' machines begin with. */
  snapshot?: string;
  /** Students' machines are started when they are made. */
  start: boolean;
  /** Machines may be full copies where the storage cannot make linked clones. */
  allowFullClones: boolean;
}

/** What a drive of the original means to a copy: a disk, cloud-init's drive, or an image in a CD drive. */
export type DriveUse = 'DISK' | 'CLOUDINIT' | 'CD';

export interface SourceDrive {
  /** Key in the configuration, for example `scsi0`. */
  drive: string;
  use: DriveUse;
  storage: string;
}

/** The original that a class is made from. */
export interface SourceFacts extends SourceTemplate {
  kind: GuestKind;
  name: string;
  drives: readonly SourceDrive[];
  /** What it has of its node, and wants of those that its copies run on. */
  guest: GuestNeeds;
  /** Why Proxmox would refuse every copy of it, in words; undefined when nothing is known. */
  refusal?: string;
  /** Every disk is a base volume, so that `canLink` holds for copies on the same storage, too. */
  baseVolumes: boolean;
  /** Proxmox says that linked clones of it are possible. */
  canLink: boolean;
  /** Bytes that a full copy copies. */
  bytes: number;
  /** Bytes of memory that a copy has; 0 where it is not known. */
  memory: number;
  /** Its replicas of the same generation. */
  replicas: readonly SourceTemplate[];
  /** The original no longer exists: these are the facts of a base that was made from it. */
  gone: boolean;
}

/** A storage as a node sees it. */
export interface StorageFacts {
  name: string;
  type: string;
  shared: boolean;
  /** Reachable, enabled and meant for guests' disks. */
  usable: boolean;
  /** Bytes. */
  available?: number;
}

export interface NodeFacts {
  name: string;
  online: boolean;
  /** Bytes. */
  freeMemory?: number;
  storages: readonly StorageFacts[];
  /** What machines like the original would miss when they start there, a sentence each without its full stop. */
  obstacles: readonly string[];
  /** Why no copy of the original could be moved there, in words. */
  moveRefusal?: string;
}

/** A base template of the class that is there. */
export interface BaseFacts extends SourceTemplate {
  name: string;
  /** Generation that the original had when the base was made; undefined when it is not known. */
  madeFrom?: string;
  /** Made by Template Hub for the class, and no guest but the class's own hangs on it. */
  removable: boolean;
}

/** A machine of the class that is there. */
export interface StudentFacts {
  number: number;
  vmid: number;
  node: string;
  name: string;
  baseVmid?: number;
  /** Made by Template Hub for the class. */
  madeHere: boolean;
}

/** Everything that decides about a class: read before, nothing is looked up while planning. */
export interface ClassFacts {
  order: ClassOrder;
  source: SourceFacts;
  nodes: readonly NodeFacts[];
  /** Ids of all guests of the cluster, and those claimed by steps under way. */
  taken: ReadonlySet<number>;
  teacherPresent: boolean;
  bases: readonly BaseFacts[];
  students: readonly StudentFacts[];
  /** What was made for it, is to go and is still there. */
  leaving: readonly ClassGuest[];
}

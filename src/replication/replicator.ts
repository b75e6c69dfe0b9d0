import type { ProxmoxClient } from '../proxmox/client.ts';
import type { Store } from '../store/store.ts';
import type { Clock, Random } from '../time/clock.ts';
import type { ReplicationEvents } from './events.ts';
import type { Hold } from './hold/hold.ts';
import type { PlacementStatus } from './plan/plan.ts';
import type { RunOrder, StepExtension } from './order.ts';
import type { PolicyInForce } from './policy/policy-in-force.ts';
import type { GuestKind, RunRow, RunTrigger, StepRow } from './rows.ts';
import type { KeepReason } from './run/sort-removals.ts';

/** What the replicator tells; a pino logger fits. */
export interface ReplicationLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Milliseconds, all optional. */
export interface ReplicationIntervals {
  /** Between two runs by timer where the policy has no cron; 0 = no timer. Default 15 minutes. */
  runMs?: number;
  /** Between two scans without replication; 0 = none. Default 0: runs scan. */
  scanMs?: number;
  /** How often a waiting worker looks for runs asked for by other servers. Default 5 s. */
  pollMs?: number;
  /** How long a lease lasts without a heart-beat. Default 60 s; the heart beats at a third of it. */
  leaseMs?: number;
  /** First and largest pause after a failure. Default 2 s and 5 minutes. */
  backOffMs?: number;
  backOffMaxMs?: number;
  /** Between two looks at a guest that is being worked on. Default 2 s. */
  lookMs?: number;
}

export interface ReplicatorOptions {
  store: Store;
  /** By cluster id, one for each configured cluster. */
  clients: ReadonlyMap<string, ProxmoxClient>;
  /** The clusters file's replication settings by cluster id, unchecked; missing = defaults. The store's stand over them. */
  policies?: ReadonlyMap<string, unknown>;
  intervals?: ReplicationIntervals;
  /** Tries of one step before it is FAILED. Default 8. */
  attempts?: number;
  clock: Clock;
  random: Random;
  logger: ReplicationLogger;
  extensions?: readonly StepExtension[];
  /** Ask for a run of each cluster at the start. Default true; what was begun before is gone on with anyway. */
  runAtStart?: boolean;
  /** Names this server in leases; default: made from `random`. */
  owner?: string;
}

/** Who asked for a run, where somebody did: a client of the API, or a command of this process. */
export type AskedBy = Extract<RunTrigger, 'MUTATION' | 'COMMAND'>;

/** Which templates and nodes a run is about; nothing given = everything the policies want. */
export interface ReplicationRequest {
  /** Default: every configured cluster. */
  clusterId?: string;
  vmids?: readonly number[];
  nodes?: readonly string[];
  /** Also what Proxmox refused before and nothing that matters has changed about. */
  retry?: boolean;
  trigger: RunTrigger;
  /** The same key gives the first answer; with another request IDEMPOTENCY_CONFLICT. */
  idempotencyKey?: string;
}

/** One (original, node) of a plan and what is to be done about it. */
export interface PlanLine {
  clusterId: string;
  sourceVmid: number;
  sourceName: string;
  /** Undefined when the last scan did not see it. */
  sourceNode?: string;
  guestKind: GuestKind;
  targetNode: string;
  state: PlacementStatus;
  /** The replica (or original) that is there. */
  vmid?: number;
  /** How it would be made; of WANTED and OUTDATED. */
  way?: string;
  targetStorage?: string;
  /** Guest the bytes would come from. */
  copyVmid?: number;
  /** Bytes to be copied. */
  bytes?: bigint;
  /** Why, as a word for programs and a sentence for people. */
  reasonCode?: string;
  reason?: string;
  /** What deserves a look although it is made. */
  warnings: readonly { code: string; message: string }[];
}

/** A replica that is to go. */
export interface ReplicaRemoval {
  vmid: number;
  name: string;
  node: string;
  sourceVmid: number;
  /** REPLACED: something newer is there, or is when the plan is carried out; ORPHANED; REQUESTED: somebody asks. */
  why: 'REPLACED' | 'ORPHANED' | 'REQUESTED';
}

/** A replica that is to go and stays for now, and why. */
export interface KeptReplica extends ReplicaRemoval {
  reasonCode: KeepReason['code'];
  reason: string;
}

/** What a dry run answers, one for each cluster. A cluster that cannot be reached has an error and no lines. */
export interface PlanAnswer {
  clusterId: string;
  lines: PlanLine[];
  /** Replicas that go, some of them only when their successors are there. */
  remove: ReplicaRemoval[];
  keep: KeptReplica[];
  /** What deserves a look of the policy as a whole, a sentence each. */
  remarks: string[];
  errorCode?: string;
  errorMessage?: string;
}

export interface ScanReport {
  clusterId: string;
  /** False: nothing could be read; rows stay as they were. */
  reached: boolean;
  templates: number;
  appeared: number;
  missing: number;
  errorCode?: string;
  errorMessage?: string;
}

export interface RemovalRequest {
  clusterId: string;
  /** The replicas to be removed. Originals and guests without our marker are refused. */
  vmids: readonly number[];
  trigger: RunTrigger;
  /** The cluster's id; needed where more than a few go. */
  confirm?: string;
  /** Only say what would go and what would stay. Default false. */
  dryRun?: boolean;
  idempotencyKey?: string;
}

/** What becomes of replicas that are to be removed. */
export interface RemovalAnswer {
  /** Undefined of a dry run. A replica that is kept has a step in it all the same, which says why. */
  run?: RunRow;
  remove: ReplicaRemoval[];
  keep: KeptReplica[];
}

/** A policy that is to hold for a cluster from now on. */
export interface PolicyChange {
  clusterId: string;
  /** As it is written in the clusters file; checked here. It replaces the one that holds, defaults for what it leaves out. */
  policy: unknown;
  /** Store nothing, answer the plan that it would lead to. Default false. */
  dryRun?: boolean;
  /** The same key gives the first answer; with another policy IDEMPOTENCY_CONFLICT. */
  idempotencyKey?: string;
}

/** What holds now, or in a dry run would hold. */
export interface PolicyChangeAnswer extends PolicyInForce {
  /** Of a dry run only. */
  plan?: PlanAnswer;
  /** What deserves a look, a sentence each: names that the cluster does not have. */
  remarks?: string[];
}

/** How far a run is, computed from its steps. Times in epoch milliseconds. */
export interface RunProgress {
  runId: number;
  percent: number;
  bytesDone: bigint;
  bytesTotal: bigint;
  /** Of all copies under way together; undefined when there is none, or nothing is heard of it. */
  bytesPerSecond?: number;
  stepsDone: number;
  stepsTotal: number;
  /** When it will be finished, or was; undefined until enough has been copied to tell. */
  finishedAt?: number;
}

/**
 * Keeps replicas where the policies want them. All state is in the store and in Proxmox: any number of servers may run
 * one on the same store; per cluster one of them works at a time.
 */
export interface Replicator {
  readonly events: ReplicationEvents;
  /** Adopts what a former process left, asks for a boot run of each cluster, and starts the timers. */
  start(): Promise<void>;
  /** Ends in order: what is written is finished, leases are given back, tasks in Proxmox go on and are adopted later. */
  stop(): Promise<void>;
  /** Observes and records, without replicating. @throws ReplicationError CLUSTER_NOT_FOUND */
  scan(clusterId?: string): Promise<ScanReport[]>;
  /** Asks for a run of each cluster meant; joins one that is queued. @throws ReplicationError */
  request(request: ReplicationRequest): Promise<RunRow[]>;
  /** What a request would do, without doing it. */
  plan(request: Omit<ReplicationRequest, 'trigger' | 'idempotencyKey'>): Promise<PlanAnswer[]>;
  /** Stops a run's Proxmox tasks, takes back what is half made; returns the run at once, see its status. */
  cancel(runId: number): Promise<RunRow>;
  /** A new run for the FAILED and CANCELLED steps of a finished one. */
  retry(runId: number, trigger: AskedBy): Promise<RunRow>;
  /** Holds a cluster: steps under way are finished, no other begins. Survives restarts. */
  pause(clusterId: string): Promise<void>;
  resume(clusterId: string): Promise<void>;
  /** The policies that hold, by cluster id; without clusters that are not configured. */
  readPolicies(clusterIds: readonly string[]): Promise<ReadonlyMap<string, PolicyInForce>>;
  /** Stores a policy, which stands over the clusters file's. @throws InvalidPolicyError, ReplicationError */
  setPolicy(change: PolicyChange): Promise<PolicyChangeAnswer>;
  /** Takes a stored policy away: the clusters file's holds again. @throws ReplicationError CLUSTER_NOT_FOUND */
  resetPolicy(clusterId: string): Promise<PolicyInForce>;
  /** Removes replicas that carry our marker, as far as nothing stands in the way. @throws ReplicationError */
  removeReplicas(request: RemovalRequest): Promise<RemovalAnswer>;
  /** Runs steps of other kinds on the same machine. Returns the queued run. @throws ReplicationError INVALID_ORDER */
  submit(order: RunOrder): Promise<RunRow>;
  /** A run's progress and estimate. @throws ReplicationError RUN_NOT_FOUND */
  progress(runId: number): Promise<RunProgress>;
  /** What holds runs that are not finished, by their numbers: the others are under way, or about to begin. */
  findHolds(runIds: readonly number[]): Promise<ReadonlyMap<number, Hold>>;
  /** Resolves when the run has finished. */
  finished(runId: number, options?: { signal?: AbortSignal }): Promise<RunRow>;
  /** Steps of a run in their order. */
  steps(runId: number): Promise<StepRow[]>;
  /** Resolves when no run of this store is queued or running on a reachable cluster that is not paused. */
  settled(options?: { signal?: AbortSignal }): Promise<void>;
}

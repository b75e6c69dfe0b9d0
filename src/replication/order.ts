import type { ClusterObservation } from '../inventory/observe/observation.ts';
import type { ProxmoxClient } from '../proxmox/client.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { Random } from '../time/clock.ts';
import type { MakeRecipeInput, RemoveRecipeInput } from './recipe.ts';
import type { GuestKind, RunKind, RunRow, RunTrigger, StepKind, StepRow } from './rows.ts';

/** One guest to be made by cloning. */
export interface MakeOrder {
  kind: Exclude<StepKind, 'REMOVE'>;
  /** Unique, made by `createToken`; it is in the guest's marker and in the `after` of other steps. */
  token: string;
  guestKind?: GuestKind;
  /** The lineage source: an original, a class base; 0 when `recipe.sourceStep` will tell. */
  sourceVmid: number;
  sourceNode?: string;
  sourceGeneration?: string;
  /** The guest the bytes come from, when it is not the source itself. */
  copyVmid?: number;
  copyNode?: string;
  targetNode: string;
  targetStorage?: string;
  /** A word for people and queries: SHARED_TARGET, LOCAL_MIGRATE, LINKED_CLONE… */
  way: string;
  name: string;
  /** Fixed id; otherwise one is picked from the recipe's range. */
  vmid?: number;
  classId?: number;
  /** What the new guest replaces: removed once the new one is in place. */
  replacesVmid?: number;
  /** Bytes to be copied, for progress and order. */
  bytes?: bigint;
  /** What it was planned from, as `formatBasis` writes it: a refusal is remembered with it. */
  basis?: string;
  recipe: MakeRecipeInput;
}

/** One guest that we made, to be removed. */
export interface RemoveOrder {
  kind: 'REMOVE';
  token: string;
  guestKind?: GuestKind;
  vmid: number;
  node: string;
  /** The source its marker must name; 0 when that does not matter. */
  sourceVmid: number;
  name: string;
  classId?: number;
  recipe: RemoveRecipeInput;
}

export type StepOrder = MakeOrder | RemoveOrder;

/** A run of any kind with its steps, as given by those who know what is to be made. */
export interface RunOrder {
  kind: RunKind;
  clusterId: string;
  trigger: RunTrigger;
  classId?: number;
  idempotencyKey?: string;
  /** Kept as JSON in the run. */
  request?: Readonly<Record<string, unknown>>;
  steps: readonly StepOrder[];
  /** Steps of earlier runs that left something under their id: they move to this run and are taken back. */
  takeBack?: readonly number[];
}

/** A pass over a cluster: the planning of a replication run, whoever asked for it. */
export interface Pass {
  store: Store;
  client: ProxmoxClient;
  clusterId: string;
  random: Random;
}

/** A scan of a cluster that was recorded. */
export interface Stock extends Pick<Pass, 'store' | 'client'> {
  observation: ClusterObservation;
  signal?: AbortSignal;
}

/** What other parts of the house add to the step machine: they write what was made or removed. */
export interface StepExtension {
  readonly kinds: readonly StepKind[];
  /**
   * The guest is there as ordered. Called in the transaction that makes the step DONE; may be called again for the same
   * step after a crash, so it must upsert.
   */
  register?(database: Database, step: StepRow): Promise<void>;
  /** The guest of a REMOVE step is gone; same rules. */
  unregister?(database: Database, step: StepRow): Promise<void>;
  /** The run has ended; same rules. */
  finish?(database: Database, run: RunRow): Promise<void>;
  /** Removals that were left undone earlier and are possible now: each pass takes them up without being asked. */
  takeUp?(pass: Pass): Promise<RemoveOrder[]>;
  /** A scan reached the cluster: guests of ours that no row names are to be found. */
  takeStock?(stock: Stock): Promise<void>;
}

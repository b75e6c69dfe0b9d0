import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { Store } from '../../store/store.ts';
import type { Clock, Random } from '../../time/clock.ts';
import type { BackOff } from '../../time/back-off.ts';
import type { Lease } from '../lease.ts';
import type { ProgressBook } from '../progress/progress-book.ts';
import type { StepExtension } from '../order.ts';
import type { ReplicationLogger } from '../replicator.ts';
import type { StepKind } from '../rows.ts';
import type { Journal } from './journal.ts';

export interface StepSettings {
  /** Failures in a row within one phase before the step is given up. */
  attempts: number;
  /** How often a guest may be taken back and begun again. */
  rounds: number;
  backOff: BackOff;
  /** Between two looks at a guest that somebody else works on, milliseconds. */
  lookMs: number;
}

/** What a phase needs to do its work. */
export interface StepContext {
  client: ProxmoxClient;
  store: Store;
  journal: Journal;
  progress: ProgressBook;
  lease: Lease;
  clock: Clock;
  random: Random;
  logger: ReplicationLogger;
  settings: StepSettings;
  extensions: ReadonlyMap<StepKind, StepExtension>;
  /** Aborted when this server stops or has lost the lease; in phases that can be cancelled, by that too. */
  signal: AbortSignal;
}

/** The signal's reason when somebody cancelled the run. */
export class Cancelled extends Error {}

/** The signal's reason when this server stops: what is under way in Proxmox goes on and is adopted later. */
export class Stopped extends Error {}

import type { ProxmoxClient } from '../proxmox/client.ts';
import type { Replicator } from '../replication/replicator.ts';
import type { Store } from '../store/store.ts';
import type { Clock, Random } from '../time/clock.ts';

/** What the class service tells; a pino logger fits. */
export interface ClassLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What the operations on classes work with. */
export interface ClassContext extends OfflineContext {
  replicator: Pick<Replicator, 'scan' | 'submit'>;
}

/** What is left of it on a server that does not contact Proxmox. */
export interface OfflineContext {
  store: Store;
  replicator?: Pick<Replicator, 'scan' | 'submit'>;
  /** By cluster id. */
  clients: ReadonlyMap<string, ProxmoxClient>;
  clock: Clock;
  random: Random;
  logger: ClassLogger;
}

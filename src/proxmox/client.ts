import type { Clock, Random } from '../time/clock.ts';
import type { Call } from './call.ts';
import type { ProxmoxConnection } from './connection.ts';
import type { Limiter } from './limiter.ts';
import type { Transport } from './transport.ts';

/** What the client tells; a pino logger fits. */
export interface ClientLogger {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Time limits in milliseconds. */
export interface ClientTimeouts {
  /** From the first packet to a trusted TLS connection. Default 10 000. */
  connectMs: number;
  /** From sending to the end of the answer. Default 60 000: the server itself gives up after 30 s a hop. */
  responseMs: number;
}

export interface ProxmoxClientOptions {
  connection: ProxmoxConnection;
  clock: Clock;
  random: Random;
  logger?: ClientLogger;
  /** Requests to this cluster at once. Default 5. */
  maxInFlight?: number;
  /** Shared by the clients of all clusters; 20 is the house's figure. */
  limiter?: Limiter;
  timeouts?: Partial<ClientTimeouts>;
  /** Tries of a request that may be repeated, the first included. Default 3. */
  attempts?: number;
  /** In place of HTTPS: a simulator in the same process, or recorded answers. */
  transport?: Transport;
}

/**
 * One cluster. The endpoints are functions that take a client first: `listNodes(client)`.
 * Every failure is a ProxmoxError, except an abort, which rejects with the signal's reason.
 */
export interface ProxmoxClient {
  readonly clusterId: string;
  readonly clock: Clock;
  readonly random: Random;
  call<Result>(call: Call<Result>): Promise<Result>;
  /** Closes idle connections. Requests under way are not touched. */
  close(): void;
}

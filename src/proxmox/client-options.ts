import type { ProxmoxErrorCode } from './failures/failure-codes.ts';

/** What the client tells; a pino logger fits. */
export interface ClientLogger {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** How one request ended, for who counts them. */
export interface ObservedCall {
  readonly clusterId: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** `OK`, or what it failed with. */
  readonly code: 'OK' | ProxmoxErrorCode;
  readonly seconds: number;
}

/** Time limits in milliseconds. */
export interface ClientTimeouts {
  /** From the first packet to a trusted TLS connection. Default 10 000. */
  connectMs: number;
  /** From sending to the end of the answer. Default 60 000: the server itself gives up after 30 s a hop. */
  responseMs: number;
}

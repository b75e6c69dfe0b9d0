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

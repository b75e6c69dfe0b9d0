import { HubError } from '../../errors/hub-error.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One HTTP request, ready to be sent: path with query, and a form as text where there is a body. */
export interface TransportRequest {
  method: HttpMethod;
  /** From `/api2/json` on, percent-encoded, with the query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Only with POST and PUT. */
  body?: string;
  signal?: AbortSignal;
}

/** One HTTP answer of any status. */
export interface TransportResponse {
  status: number;
  /** The reason phrase of the status line; Proxmox puts its message there. */
  reason: string;
  body: string;
}

/**
 * Carries a request to the cluster. Every HTTP status is an answer; what prevents an answer is a TransportError.
 * Tests put a simulator in its place.
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** `connect`: the server cannot have seen the request. `exchange`: it may have. */
export type TransportPhase = 'connect' | 'exchange';

/**
 * No answer came. `code` is the system's word (ECONNREFUSED, ECONNRESET, ERR_TLS_…, TIMEOUT). It carries no part of
 * the request, so no secret.
 */
export class TransportError extends HubError {
  readonly phase: TransportPhase;

  constructor(options: { phase: TransportPhase; code: string; message: string }) {
    super(options.code, options.message);
    this.phase = options.phase;
  }
}

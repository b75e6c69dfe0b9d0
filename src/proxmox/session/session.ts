import type { HttpMethod } from '../http/transport.ts';

/** What identifies one request. */
export interface Authorization {
  headers: Readonly<Record<string, string>>;
  /** Texts that must not appear in errors or logs. */
  secrets: readonly string[];
}

/** Proves who we are, with a token or with tickets. */
export interface Session {
  /** Headers for a request; logs in first where that is needed. */
  authorize(method: HttpMethod, signal?: AbortSignal): Promise<Authorization>;
  /**
   * Tells that the server answered 401 to a request with this authorization. True when the request should be sent once
   * more with a new one.
   */
  refuse(authorization: Authorization): boolean;
}

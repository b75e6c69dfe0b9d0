/** A request as it came in, over a socket or in the process. */
export interface SimulatorRequest {
  /** The cluster's id in the world; default: the first. */
  readonly cluster?: string | undefined;
  /** The node that is contacted; default: the first that is up. */
  readonly node?: string | undefined;
  readonly method: string;
  /** Path and query exactly as sent: `/api2/json/cluster/resources?type=vm`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  /** Reads a body that has only been announced so far, by `content-length`. */
  readonly receive?: (() => Promise<string>) | undefined;
}

/** The whole answer. */
export interface SimulatorResponse {
  readonly status: number;
  /** The reason phrase, which on old versions is all that tells an error. */
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** What is sent instead of the body's text: the same, compressed. */
  readonly encoded?: Uint8Array;
}

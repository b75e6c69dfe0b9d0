/** A request as it is sent. */
export interface FuzzRequest {
  /** What it was made to be, for reports. */
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

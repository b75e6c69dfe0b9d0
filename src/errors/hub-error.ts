/**
 * The root of every error that Template Hub raises on purpose.
 *
 * `code` is a stable SCREAMING_SNAKE word for programs, `message` a sentence for people that says what to do,
 * `cause` the error below it where there is one.
 */
export class HubError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The message of anything that was thrown, for logs and stored reasons. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

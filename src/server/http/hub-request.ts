import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as the routes see it. */
export interface HubRequest {
  readonly method: string;
  /** As it was sent, without the query; not decoded. */
  readonly path: string;
  /** What follows the `?`, as it was sent; empty when there is none. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  /** Names the request in logs and errors. */
  readonly requestId: string;
  /** Aborted when the client goes before the answer is complete. */
  readonly signal: AbortSignal;
  /** What equal requests have in common; see `keyOfRequest`. */
  readonly key: string;
  /** The whole body of a POST; otherwise undefined. */
  readonly body: Buffer | undefined;
}

/**
 * Describes a request that node:http received. Most are answered before anyone asks for the signal: it is made by
 * `watchClient` when somebody does.
 */
export function describeRequest(
  { url = '/', method = 'GET', headers }: IncomingMessage,
  known: Pick<HubRequest, 'requestId' | 'key' | 'body'>,
  watchClient: () => AbortSignal,
): HubRequest {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  let signal: AbortSignal | undefined;
  return {
    method,
    path,
    search: mark < 0 ? '' : url.slice(mark + 1),
    headers,
    ...known,
    get signal() {
      return (signal ??= watchClient());
    },
  };
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What is known of a request besides what node:http tells. */
export interface RequestFacts {
  /** Names the request in logs and errors. */
  readonly requestId: string;
  /** What equal requests have in common; see `keyOfRequest`. */
  readonly key: string;
  /** The whole body of a POST; otherwise undefined. */
  readonly body: Buffer | undefined;
  /** Makes the signal that is aborted when the client goes before the answer is complete. */
  watchClient(): AbortSignal;
}

/**
 * A request as the routes see it.
 *
 * A class, because V8 makes a new hidden class for each object literal with a getter of its own and keeps it, with all
 * that the getter can see, until the next full collection.
 */
export class HubRequest {
  readonly method: string;
  /** As it was sent, without the query; not decoded. */
  readonly path: string;
  /** What follows the `?`, as it was sent; empty when there is none. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly #facts: RequestFacts;
  #signal: AbortSignal | undefined;

  constructor({ url = '/', method = 'GET', headers }: IncomingMessage, facts: RequestFacts) {
    const mark = url.indexOf('?');
    this.method = method;
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.search = mark < 0 ? '' : url.slice(mark + 1);
    this.headers = headers;
    this.#facts = facts;
  }

  get requestId(): string {
    return this.#facts.requestId;
  }

  get key(): string {
    return this.#facts.key;
  }

  get body(): Buffer | undefined {
    return this.#facts.body;
  }

  /** Aborted when the client goes before the answer is complete. Most requests are answered before anyone asks for it. */
  get signal(): AbortSignal {
    return (this.#signal ??= this.#facts.watchClient());
  }
}

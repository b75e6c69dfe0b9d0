import { z } from 'zod';

/**
 * A request as yoga looks at it: of the web's Request no more than that. A whole one, with its body as a stream, costs
 * more than a row that is read.
 */
export class YogaRequest {
  readonly method: string;
  /** With a host, which means nothing. */
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly #body: string;

  /** `url` is the path with its query; names of headers are in lower case. */
  constructor({ method, url, headers, body }: YogaRequestParts) {
    this.method = method;
    this.url = `http://localhost${url}`;
    this.headers = { get: (name) => headers[name.toLowerCase()] ?? null };
    this.#body = body;
  }

  async text(): Promise<string> {
    return this.#body;
  }
}

/** What a request for yoga is made of. */
export interface YogaRequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What yoga answers: a text, or a stream of events. */
export class YogaResponse {
  readonly body: string | AsyncIterable<Uint8Array>;
  readonly status: number;
  /** Lower-case names; the length and the connection are the writer's business. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    body: string | AsyncIterable<Uint8Array> | null,
    { status = 200, headers }: { status?: number; headers?: Record<string, string> } = {},
  ) {
    const named = Object.entries(headers ?? {})
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => name !== 'content-length' && name !== 'connection');
    this.body = body ?? '';
    this.status = status;
    this.headers = Object.fromEntries(named);
  }
}

/** The same under the names that yoga's types have for them. */
export const webRequest = z.custom<Request>((value) => value instanceof YogaRequest);
export const webResponse = z.custom<typeof Response>((value) => value === YogaResponse);

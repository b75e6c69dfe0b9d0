import { createRequire } from 'node:module';
import { z } from 'zod';

/** What is asked of autocannon; it comes without types. */
export interface CannonOptions {
  readonly url: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
  readonly requests: readonly {
    readonly method: string;
    readonly headers: Record<string, string>;
    setupRequest(request: object): object;
  }[];
}

const resultSchema = z.object({
  non2xx: z.number(),
  errors: z.number(),
  requests: z.object({ total: z.number() }),
  latency: z.object({ p99: z.number() }),
});

/** What autocannon saw. */
export type CannonResult = z.output<typeof resultSchema>;

const cannonSchema = z.custom<(options: CannonOptions) => Promise<unknown>>(
  (value) => typeof value === 'function',
);
const autocannon = cannonSchema.parse(createRequire(import.meta.url)('autocannon'));

/** Fires requests at a server. */
export async function fireRequests(options: CannonOptions): Promise<CannonResult> {
  return resultSchema.parse(await autocannon(options));
}

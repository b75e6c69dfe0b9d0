import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import type { Services } from '../../src/graphql/services.ts';
import { importLegacy } from '../../src/import/import-legacy.ts';
import { createLogger } from '../../src/log/logger.ts';
import type { ServerSettings } from '../../src/server/options.ts';
import { createHubServer } from '../../src/server/server.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { systemClock, type Clock } from '../../src/time/clock.ts';

/** A server on a store of its own. */
export interface StartedHub {
  readonly url: string;
  readonly store: Store;
  /** Executes a GraphQL document. */
  query(
    document: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphqlAnswer>;
  close(): Promise<void>;
}

const answerSchema = z.strictObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.looseObject({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
});

/** What a GraphQL request is answered. */
export type GraphqlAnswer = z.output<typeof answerSchema>;

export interface StartOptions {
  readonly settings?: Partial<ServerSettings>;
  readonly services?: Services;
  /** Services that need the store. */
  readonly createServices?: (store: Store) => Services;
  readonly clock?: Clock;
  /** Another store than a SQLite file of its own. */
  readonly databaseUrl?: string;
  /** The sample database is imported unless told otherwise. */
  readonly empty?: boolean;
  readonly registry?: Registry;
}

const clusters = [
  { id: 'cluster1', name: 'Main', host: '10.220.15.249', port: 8006 },
  { id: 'cluster2', name: 'Second', host: '10.220.12.6', port: 8006 },
];

/** Starts a server; the store holds the sample database's rows. */
export async function startHub(options: StartOptions = {}): Promise<StartedHub> {
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-'));
  const store = await openStore({ url: options.databaseUrl ?? `file:${join(folder, 'hub.db')}` });
  const clock = options.clock ?? systemClock;
  if (!options.empty) {
    const file = join(import.meta.dirname, '..', 'data', 'lab_portal.db');
    await importLegacy({ file, store, clusters, clock });
  }
  const server = createHubServer({
    settings: { host: '127.0.0.1', port: 0, ...options.settings },
    store,
    services: options.createServices?.(store) ?? options.services ?? {},
    logger: createLogger({ level: 'fatal', format: 'json' }),
    clock,
    registry: options.registry,
  });
  const { url } = await server.listen();
  return {
    url,
    store,
    query: (document, variables, headers) => post(url, document, variables, headers),
    close: async () => {
      await server.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function post(
  url: string,
  query: string,
  variables: Record<string, unknown> | undefined,
  headers: Record<string, string> | undefined,
): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return answerSchema.parse(await response.json());
}

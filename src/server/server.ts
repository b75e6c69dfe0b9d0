import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTemplateRows, type TemplateRows } from '../graphql/compiled/template-rows.ts';
import type { Services } from '../graphql/services.ts';
import type { Logger } from '../log/logger.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { PersistedOperations } from '../config/config.ts';
import { createListener } from './listener.ts';
import { createRoutes } from './routes.ts';

/** How the server is set up. */
export interface ServerSettings {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** The token that every route asks for. */
  readonly apiToken?: string;
  /** Whether GraphiQL is served. Default true. */
  readonly graphiql?: boolean;
  /** Whether clients may ask for the schema. Default true. */
  readonly introspection?: boolean;
  /** Documents that clients may name, and whether only those are executed. */
  readonly persistedOperations?: PersistedOperations;
  /** Bytes of answers that are kept in memory; 0 keeps none. Default 16 MB. */
  readonly cacheBytes?: number;
}

/** What the server is made of. */
export interface HubServerOptions {
  readonly settings: ServerSettings;
  readonly store: Store;
  readonly services: Services;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** The HTTP server: GraphQL, the REST routes, health and metrics. */
export interface HubServer {
  /** Starts to listen. */
  listen(): Promise<{ readonly url: string; readonly host: string; readonly port: number }>;
  /** Where it listens; empty before. */
  readonly url: string;
  /** Ends streams, waits for requests under way, and closes. */
  close(): Promise<void>;
}

/** Requests under way get this long to end when the server closes, milliseconds. */
const closeLimit = 5000;

/** Makes the server; nothing listens yet. */
export function createHubServer(options: HubServerOptions): HubServer {
  const closing = new AbortController();
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 10_000 });
  let reader: TemplateRows | undefined;
  let url = '';
  return {
    get url() {
      return url;
    },
    listen: async () => {
      reader = await openTemplateRows(options.store);
      server.on('request', createListener(createRoutes(options, reader), closing.signal));
      const { host, port } = await listen(server, options.settings);
      url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      return { url, host, port };
    },
    close: async () => {
      closing.abort();
      await close(server, options.clock);
      reader?.close();
    },
  };
}

function listen(server: Server, { host, port }: ServerSettings): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ host, port: readPort(server.address()) });
    });
  });
}

function readPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port');
  return address.port;
}

async function close(server: Server, clock: Clock): Promise<void> {
  if (!server.listening) return;
  const done = new AbortController();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const tooLong = clock.sleep(closeLimit, done.signal).then(
    () => server.closeAllConnections(),
    (error: unknown) => {
      if (!done.signal.aborted) throw error;
    },
  );
  await Promise.race([closed, tooLong]);
  await closed;
  done.abort();
}

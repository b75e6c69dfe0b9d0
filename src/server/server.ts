import type { AddressInfo } from 'node:net';
import { isLoopback } from '../config/environment.ts';
import { HubError } from '../errors/hub-error.ts';
import { formatEndpoint } from '../names/endpoint.ts';
import type { Clock } from '../time/clock.ts';
import { createApp } from './create-app.ts';
import type { OwnCertificate } from '../config/config.ts';
import type { HubServerOptions } from './options.ts';
import { useCertificate } from './secure-app.ts';

/** The HTTP server: GraphQL, the REST routes, health and metrics. */
export interface HubServer {
  /** Starts to listen. @throws OpenServerError without a token, where other machines reach it */
  listen(): Promise<{ readonly url: string; readonly host: string; readonly port: number }>;
  /** Where it listens; empty before. */
  readonly url: string;
  /** Shows another certificate from now on. Nothing happens where the server speaks HTTP. */
  useCertificate(certificate: OwnCertificate): void;
  /** Ends streams, waits for requests under way, and closes. */
  close(): Promise<void>;
}

/** A server that would let everybody in from other machines. */
export class OpenServerError extends HubError {
  constructor(host: string) {
    super(
      'SERVER_OPEN',
      `${host} is reachable from other machines: listening there needs a token (openssl rand -hex 32)`,
    );
  }
}

/** Requests under way get this long to end when the server closes, milliseconds. */
const closeLimit = 5000;

/** Makes the server; nothing listens yet. */
export function createHubServer(options: HubServerOptions): HubServer {
  const closing = new AbortController();
  const app = createApp(options, closing.signal);
  let url = '';
  return {
    get url() {
      return url;
    },
    listen: async () => {
      const { host, port: wanted, apiToken } = options.settings;
      if (apiToken === undefined && !isLoopback(host)) throw new OpenServerError(host);
      await app.listen({ host, port: wanted });
      const port = readPort(app.server.address());
      url = `${options.settings.certificate ? 'https' : 'http'}://${formatEndpoint({ host, port })}`;
      return { url, host, port };
    },
    useCertificate: (certificate) => useCertificate(app, certificate),
    close: async () => {
      closing.abort();
      await close(app, options.clock);
    },
  };
}

function readPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port');
  return address.port;
}

async function close(app: ReturnType<typeof createApp>, clock: Clock): Promise<void> {
  const done = new AbortController();
  const tooLong = clock.sleep(closeLimit, done.signal).then(
    () => app.server.closeAllConnections(),
    (error: unknown) => {
      if (!done.signal.aborted) throw error;
    },
  );
  const closed = app.close();
  await Promise.race([closed, tooLong]);
  await closed;
  done.abort();
}

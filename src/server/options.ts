import type { Registry } from 'prom-client';
import type { OwnCertificate, PersistedOperations } from '../config/config.ts';
import type { Services } from '../graphql/services.ts';
import type { Logger } from '../log/logger.ts';
import type { Store } from '../store/store.ts';
import type { StreamLimits } from './stream-places.ts';
import type { Clock } from '../time/clock.ts';

/** How the server is set up. */
export interface ServerSettings {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** The token that every route asks for. */
  readonly apiToken?: string;
  /** Speaks HTTPS with it; without one, HTTP. */
  readonly certificate?: OwnCertificate;
  /** Streams at once. Default 1000 of one caller, 2000 of all. */
  readonly streams?: StreamLimits;
  /** Connections at once; further ones are closed. Default 10,000. */
  readonly connections?: number;
  /** Addresses and networks of proxies, which say who their clients are. Default none. */
  readonly trustProxy?: readonly string[];
  /** Whether GraphiQL is served. Default true. */
  readonly graphiql?: boolean;
  /** Whether clients may ask for the schema. Default true. */
  readonly introspection?: boolean;
  /** Documents that clients may name, and whether only those are executed. */
  readonly persistedOperations?: PersistedOperations;
  /** Bytes of answers that are kept in memory; 0 keeps none. Default 16 MB. */
  readonly cacheBytes?: number;
  /** How long it is kept who did what, milliseconds; 0 (the default) = for ever. */
  readonly auditKeep?: number;
  /** Between two scans of a cluster, milliseconds; 0 (the default) = none. */
  readonly scanInterval?: number;
}

/** What the server is made of. */
export interface HubServerOptions {
  readonly settings: ServerSettings;
  readonly store: Store;
  readonly services: Services;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Where the parts of this process count what they do; default: one of the server's own. */
  readonly registry?: Registry;
}

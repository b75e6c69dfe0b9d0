import type { Place } from './places.ts';
import type { Secret } from './secret.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Pretty on a terminal and JSON elsewhere, or always one of them. */
export const logFormats = ['auto', 'json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/** How a cluster's certificate is judged before anything is sent to it. */
export type TlsTrust =
  /** Signed by this authority (PEM), and names the host. */
  | { readonly mode: 'ca'; readonly ca: string }
  /** Has this SHA-256 fingerprint (or one of these, one a node), as `parseFingerprint` writes it. */
  | { readonly mode: 'fingerprint'; readonly sha256: string | readonly string[] }
  /** Signed by an authority that Node trusts, and names the host. */
  | { readonly mode: 'system' }
  /** Anything goes: who sits on the way can read the password. */
  | { readonly mode: 'insecure' };

/** A cluster to connect to. `Policy` is what the schema given to `loadConfig` makes of its `replication`. */
export interface ClusterConfig<Policy = unknown> {
  /** Stable name of the cluster in Template Hub: letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Address of any of its nodes; the REST routes call it `cluster_ip`. */
  readonly host: string;
  readonly port: number;
  /** Further nodes of it, asked in turn while the first does not answer. */
  readonly alternatives?: readonly Place[];
  /** `name@realm`, for instance `root@pam`. */
  readonly user?: string;
  readonly password?: Secret;
  /** `user@realm!tokenid=secret`; goes before user and password. */
  readonly token?: Secret;
  readonly tls: TlsTrust;
  readonly replication?: Policy;
}

/** Documents that clients may name instead of sending them. */
export interface PersistedOperations {
  /** By the name that clients send: any text, usually the SHA-256 of the document. */
  readonly documents: ReadonlyMap<string, string>;
  /** Nothing else is executed. */
  readonly only: boolean;
}

/** How much of itself a server gives at once, unless told. */
export const defaultLimits = { streams: { each: 1000, all: 2000 }, connections: 10_000 } as const;

/** The certificate that this server shows, with its key. */
export interface OwnCertificate {
  /** PEM, the server's own first. */
  readonly cert: string;
  readonly key: Secret;
  /** Where both were read; absolute. */
  readonly files: readonly string[];
}

/** Everything Template Hub is told from outside, checked. Intervals are milliseconds, 0 = never. */
export interface Config<Policy = unknown> {
  readonly host: string;
  readonly port: number;
  /** Bearer token that every route asks for; always set when bound to more than loopback. */
  readonly apiToken?: Secret;
  /** May hold a password: show it through `hideUrlPassword`. */
  readonly databaseUrl: string;
  /** What the secrets in the store are sealed with, the current one first. */
  readonly secretKeys?: readonly Secret[];
  readonly clusters: readonly ClusterConfig<Policy>[];
  /** Serve the store and never contact Proxmox. */
  readonly offline: boolean;
  readonly replicateAtStart: boolean;
  /** How long it is kept who did what; 0 = for ever. */
  readonly auditKeep: number;
  readonly scanInterval: number;
  readonly replicationInterval: number;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** GraphiQL and introspection are served. */
  readonly graphiql: boolean;
  readonly introspection: boolean;
  readonly persistedOperations?: PersistedOperations;
  /** Set where the server speaks HTTPS itself. */
  readonly certificate?: OwnCertificate;
  /** Streams at once: of one caller, and of all. */
  readonly streams: { readonly each: number; readonly all: number };
  /** Connections at once; further ones are closed. */
  readonly connections: number;
  /** Addresses and networks of proxies: what they say of their clients is believed. */
  readonly trustProxy: readonly string[];
  /** Addresses, networks and host names that webhooks may be sent to though they are private. */
  readonly webhookAllow: readonly string[];
  /** Files with secrets that every user of the machine can read. */
  readonly openFiles?: readonly string[];
  /** What is allowed but worth saying aloud at start. */
  readonly warnings: readonly string[];
}

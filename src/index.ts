/**
 * Template Hub as a library: open the store, ask it, or run the whole server inside another program.
 * docs/library.md has examples.
 */
export type { Template, Class, Cluster } from '../prisma/generated/sqlite/client.ts';
export type { ClusterConfig, Config, TlsTrust } from './config/config.ts';
export { ConfigError, type ConfigFault } from './config/config-error.ts';
export { loadConfig, type LoadOptions } from './config/load-config.ts';
export { Secret } from './config/secret.ts';
export { HubError } from './errors/hub-error.ts';
export { importLegacy, type ImportOptions } from './import/import-legacy.ts';
export type { ImportReport } from './import/report.ts';
export { createLogger, createSilentLogger, type Logger, type LoggerOptions } from './log/logger.ts';
export { createTemplateHub, type TemplateHub, type TemplateHubOptions } from './main.ts';
export type { Replicator } from './replication/replicator.ts';
export { openStore, type Store } from './store/store.ts';
export { systemClock, type Clock, type Random } from './time/clock.ts';

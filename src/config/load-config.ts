import { basename, dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { readCluster } from './cluster.ts';
import { readClustersFile } from './clusters-file.ts';
import { addSecrets, findStraySecrets } from './cluster-secrets.ts';
import { listSecretSettings, withSecrets } from './secret-sources.ts';
import { describeOpenFile, isOpenToOthers } from '../secrets/file-privacy.ts';
import { findDoubles } from './doubles.ts';
import type { ClusterConfig, Config } from './config.ts';
import { ConfigError, type ConfigFault } from './config-error.ts';
import {
  chooseClustersFile,
  listSecretKeys,
  findUnknownSettings,
  readSettings,
  type Environment,
  type Settings,
} from './environment.ts';
import { readOwnCertificate } from './own-certificate.ts';
import { readPersistedOperations } from './persisted-operations.ts';
import { nameVariable, readSingleCluster, singleClusterVariables } from './single-cluster.ts';

export interface LoadOptions<Policy = unknown> {
  readonly environment: Environment;
  /** Folder that relative files count from; default: the working directory. */
  readonly folder?: string;
  /** Checks each cluster's `replication`. */
  readonly replication?: z.ZodType<Policy>;
}

interface Reading<Policy> extends LoadOptions<Policy> {
  readonly folder: string;
  readonly faults: ConfigFault[];
  readonly warnings: string[];
  readonly openFiles: string[];
  readonly offline?: boolean;
}

/**
 * Reads the environment and the clusters file into one checked configuration.
 *
 * @throws {ConfigError} with every fault at once.
 */
export function loadConfig<Policy = unknown>(options: LoadOptions<Policy>): Config<Policy> {
  const { folder = process.cwd() } = options;
  const faults: ConfigFault[] = [];
  const openFiles: string[] = [];
  const environment = withSecrets({ environment: options.environment, folder, faults, openFiles });
  const others = [...singleClusterVariables, ...listSecretSettings(options.environment)];
  const warnings = findUnknownSettings(options.environment, others);
  const reading: Reading<Policy> = { ...options, environment, folder, faults, openFiles, warnings };
  const settings = readSettings(environment, faults);
  const clusters = readClusters({ ...reading, offline: settings?.OFFLINE ?? false });
  const persistedOperations = settings && readPersistedOperations(settings, reading);
  const certificate = settings && readOwnCertificate(settings, reading);
  if (!settings || faults.length > 0) throw new ConfigError(faults, warnings);
  warnings.push(...openFiles.map(describeOpenFile));
  return { ...composeConfig(settings, clusters, warnings), openFiles, persistedOperations, certificate };
}

function composeConfig<Policy>(
  settings: Settings,
  clusters: ClusterConfig<Policy>[],
  warnings: string[],
): Config<Policy> {
  return {
    host: settings.HOST,
    port: settings.PORT,
    apiToken: settings.API_TOKEN,
    databaseUrl: settings.DATABASE_URL,
    secretKeys: listSecretKeys(settings),
    clusters,
    offline: settings.OFFLINE,
    replicateAtStart: settings.REPLICATE_AT_START,
    auditKeep: settings.AUDIT_KEEP,
    scanInterval: settings.SCAN_INTERVAL,
    replicationInterval: settings.REPLICATION_INTERVAL,
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT },
    graphiql: settings.GRAPHIQL,
    introspection: settings.INTROSPECTION,
    webhookAllow: settings.WEBHOOK_ALLOW,
    trustProxy: settings.TRUST_PROXY,
    streams: { each: settings.STREAMS_OF_ONE, all: settings.STREAMS_OF_ALL },
    connections: settings.CONNECTIONS,
    warnings,
  };
}

/** The clusters file replaces the single cluster of the environment, as it did in the Python system. */
function readClusters<Policy>(reading: Reading<Policy>): ClusterConfig<Policy>[] {
  const single = readSingleCluster(reading.environment);
  const chosen = chooseClustersFile(reading.environment);
  const file = resolve(reading.folder, chosen.file);
  const entries = readClustersFile({ file, required: chosen.required }, reading.faults);
  if (entries && single)
    reading.warnings.push(`PVE_HOST is ignored because ${basename(file)} names the clusters`);
  if (!entries && single) {
    const cluster = readCluster(single, { ...reading, where: nameVariable });
    return cluster ? [cluster] : [];
  }
  if (isOpenToOthers(file)) reading.openFiles.push(file);
  const nameEntry = (index: number) => `${basename(file)}: [${index}]`;
  const clusters = (entries ?? []).map((entry, index) =>
    readCluster(addSecrets(entry, reading.environment), {
      ...reading,
      folder: dirname(file),
      where: (key) => (key ? `${nameEntry(index)}.${key}` : nameEntry(index)),
    }),
  );
  reading.warnings.push(...findStraySecrets(entries ?? [], reading.environment));
  reading.faults.push(...findDoubles(entries ?? [], nameEntry));
  return clusters.filter((cluster) => cluster !== undefined);
}

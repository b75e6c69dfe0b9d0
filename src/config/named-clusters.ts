import { basename, resolve } from 'node:path';
import { clusterEntrySchema } from './cluster-entry.ts';
import { readClustersFile } from './clusters-file.ts';
import { ConfigError, type ConfigFault } from './config-error.ts';
import { chooseClustersFile, listSecretKeys, readSettings, type Environment } from './environment.ts';
import { describeIssues } from './issues.ts';
import { listPlaces } from './places.ts';
import type { Secret } from './secret.ts';
import { withSecrets } from './secret-sources.ts';
import { nameVariable, readSingleCluster } from './single-cluster.ts';

/** What is needed of a cluster where nobody connects to it. */
export interface NamedCluster {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const namedClusterSchema = clusterEntrySchema.pick({ id: true, name: true, host: true, port: true });

/**
 * The store's URL, what webhooks may reach, and the clusters' names and hosts, without asking for anybody's credentials.
 *
 * @throws {ConfigError} with all faults.
 */
export function loadStoreConfig(options: { environment: Environment; folder: string }): {
  readonly databaseUrl: string;
  readonly webhookAllow: readonly string[];
  readonly secretKeys: readonly Secret[];
  readonly clusters: readonly NamedCluster[];
} {
  const faults: ConfigFault[] = [];
  const environment = withSecrets({ ...options, faults, openFiles: [] });
  const given = {
    DATABASE_URL: environment['DATABASE_URL'],
    WEBHOOK_ALLOW: environment['WEBHOOK_ALLOW'],
    SECRET_KEY: environment['SECRET_KEY'],
    SECRET_KEY_FORMER: environment['SECRET_KEY_FORMER'],
  };
  const settings = readSettings(given, faults);
  const clusters = readNamedClusters(options, faults);
  if (!settings || faults.length > 0) throw new ConfigError(faults);
  const { DATABASE_URL: databaseUrl, WEBHOOK_ALLOW: webhookAllow } = settings;
  return { databaseUrl, webhookAllow, secretKeys: listSecretKeys(settings), clusters };
}

/**
 * The store's URL alone, whatever else is set.
 *
 * @throws {ConfigError}
 */
export function loadDatabaseUrl(options: { environment: Environment; folder: string }): string {
  const faults: ConfigFault[] = [];
  const environment = withSecrets({ ...options, faults, openFiles: [] });
  const settings = readSettings({ DATABASE_URL: environment['DATABASE_URL'] }, faults);
  if (!settings || faults.length > 0) throw new ConfigError(faults);
  return settings.DATABASE_URL;
}

function readNamedClusters(
  options: { environment: Environment; folder: string },
  faults: ConfigFault[],
): readonly NamedCluster[] {
  const chosen = chooseClustersFile(options.environment);
  const file = resolve(options.folder, chosen.file);
  const single = readSingleCluster(options.environment);
  const entries = readClustersFile({ file, required: chosen.required }, faults);
  if (!entries) return single ? readEntry(single, nameVariable, faults) : [];
  return entries.flatMap((entry, index) =>
    readEntry(entry, (key) => `${basename(file)}: [${index}].${key}`, faults),
  );
}

function readEntry(entry: unknown, where: (key: string) => string, faults: ConfigFault[]): NamedCluster[] {
  const result = namedClusterSchema.safeParse(entry);
  if (!result.success) {
    faults.push(...describeIssues(result.error, { schema: namedClusterSchema, where }));
    return [];
  }
  const { id, name = id } = result.data;
  const [place] = listPlaces(result.data);
  return [{ id, name, ...place }];
}

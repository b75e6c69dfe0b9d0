import type { Command } from 'commander';
import type { ClusterConfig, Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { loadDatabaseUrl } from '../config/named-clusters.ts';
import { loadConfig } from '../config/load-config.ts';
import { suggest } from '../names/did-you-mean.ts';
import { replicationPolicySchema } from '../replication/policy/policy.ts';
import { parseDatabaseUrl, type DatabaseLocation } from '../store/database-url.ts';
import { CommandFailed } from './cli-error.ts';
import { refuseNoClusters } from './no-clusters.ts';
import type { Surroundings } from './surroundings.ts';

/** Options that many commands have in common, by the variable of the environment they stand over. */
const overrides = {
  database: 'DATABASE_URL',
  clusters: 'CLUSTERS_FILE',
  host: 'HOST',
  port: 'PORT',
  logLevel: 'LOG_LEVEL',
} as const;

/** Values given on the command line. */
export type SettingOptions = { readonly [Name in keyof typeof overrides]?: string } & {
  readonly offline?: boolean;
};

/** Adds `--database`. */
export function addDatabaseOption(command: Command): Command {
  return command.option('--database <url>', 'the store, instead of DATABASE_URL');
}

/** Adds `--database` and `--clusters`. */
export function addStoreOptions(command: Command): Command {
  return addDatabaseOption(command).option(
    '--clusters <file>',
    'the clusters file, instead of CLUSTERS_FILE',
  );
}

/** The environment, with what the command line says standing over it. */
export function overrideEnvironment(environment: Environment, options: SettingOptions): Environment {
  const given = Object.entries(overrides).flatMap(([name, variable]) => {
    const value = Object.entries(options).find(([key]) => key === name)?.[1];
    // The file that the variable could come from no longer counts.
    return typeof value === 'string'
      ? [
          [variable, value],
          [`${variable}_FILE`, undefined],
        ]
      : [];
  });
  return { ...environment, ...Object.fromEntries(given), ...(options.offline && { OFFLINE: 'true' }) };
}

/**
 * The configuration from environment, clusters file and command line.
 *
 * @throws {ConfigError} with all faults.
 */
export function loadSettings(surroundings: Surroundings, options: SettingOptions = {}): Config {
  const environment = overrideEnvironment(surroundings.environment, options);
  return loadConfig({ environment, folder: surroundings.folder, replication: replicationPolicySchema });
}

/**
 * Where the store is, whatever else the configuration says.
 *
 * @throws {ConfigError}
 */
export function findDatabase(
  { environment, folder }: Pick<Surroundings, 'environment' | 'folder'>,
  options: SettingOptions,
): DatabaseLocation {
  const given = { environment: overrideEnvironment(environment, options), folder };
  return parseDatabaseUrl(loadDatabaseUrl(given), folder);
}

/** The configured clusters, or the one with this id. */
export function chooseClusters({ clusters }: Config, id: string | undefined): readonly ClusterConfig[] {
  const chosen = id === undefined ? clusters : clusters.filter((cluster) => cluster.id === id);
  if (chosen.length > 0) return chosen;
  if (id === undefined) throw refuseNoClusters();
  const instead = suggest(
    id,
    clusters.map((cluster) => cluster.id),
  );
  throw new CommandFailed('CLUSTER_NOT_FOUND', `no cluster ${id} is configured${instead}`);
}

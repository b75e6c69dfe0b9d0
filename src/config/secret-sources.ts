import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeError } from '../errors/hub-error.ts';
import { isOpenToOthers } from '../secrets/file-privacy.ts';
import { ConfigError, type ConfigFault } from './config-error.ts';
import type { Environment } from './environment.ts';
import { readTextFile } from './read-text-file.ts';

/** Settings that are, or hold, a secret. */
const secretNames = [
  'API_TOKEN',
  'DATABASE_URL',
  'PVE_ADMIN_PASS',
  'PVE_TOKEN',
  'SECRET_KEY',
  'SECRET_KEY_FORMER',
  'WEBHOOK_SECRET',
];
/** Those of one cluster, by its id. */
const ofCluster = /^PVE_(TOKEN|ADMIN_PASS)_[A-Z0-9_]+$/;

/** Bytes of a file that holds one secret. */
const largestSecret = 10_000;

/** Where secrets are looked for, and what is found beside them. */
export interface SecretReading {
  readonly environment: Environment;
  /** Folder that relative files count from. */
  readonly folder: string;
  readonly faults: ConfigFault[];
  /** Told of the files that every user of the machine can read. */
  readonly openFiles: string[];
}

/**
 * The environment with the secrets that it does not hold itself: `NAME` goes before the file that `NAME_FILE` names, and
 * both before the systemd credential `name` (in small letters). A line end after the secret is not a part of it.
 */
export function withSecrets(reading: SecretReading): Environment {
  const credentials = listCredentials(reading);
  const names = [...new Set([...secretNames, ...listClusterSecrets(reading.environment, credentials)])];
  const found = names.flatMap((name) => {
    const value = findSecret(name, { reading, credentials });
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...reading.environment, ...Object.fromEntries(found) };
}

/**
 * The same for commands that need no more of the configuration.
 *
 * @throws {ConfigError} when a file cannot be read.
 */
export function requireSecrets(place: Pick<SecretReading, 'environment' | 'folder'>): Environment {
  const faults: ConfigFault[] = [];
  const environment = withSecrets({ ...place, faults, openFiles: [] });
  if (faults.length > 0) throw new ConfigError(faults);
  return environment;
}

/** The variables of a cluster's own secrets: `lab-1` has `PVE_TOKEN_LAB_1` and `PVE_ADMIN_PASS_LAB_1`. */
export function nameClusterSecrets(id: string): { readonly token: string; readonly password: string } {
  const suffix = id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return { token: `PVE_TOKEN_${suffix}`, password: `PVE_ADMIN_PASS_${suffix}` };
}

/** Names of settings that say where a secret is; none of them is a typing error. */
export function listSecretSettings(environment: Environment): string[] {
  return [...secretNames, ...Object.keys(environment).filter((name) => ofCluster.test(name))].flatMap(
    (name) => [name, `${name}_FILE`],
  );
}

/** Names of the clusters' own secrets that are set in some way. */
export function listClusterSecrets(environment: Environment, credentials: readonly string[] = []): string[] {
  const names = [...Object.keys(environment), ...credentials.map((name) => name.toUpperCase())];
  return names.map((name) => name.replace(/_FILE$/, '')).filter((name) => ofCluster.test(name));
}

interface Search {
  readonly reading: SecretReading;
  readonly credentials: readonly string[];
}

function findSecret(name: string, { reading, credentials }: Search): string | undefined {
  const { environment, folder, faults } = reading;
  const file = environment[`${name}_FILE`]?.trim();
  if (environment[name]?.trim()) {
    if (file)
      faults.push({ where: `${name}_FILE`, message: `is set, and so is ${name}: leave one of them out` });
    return undefined;
  }
  if (file) return readSecretFile(resolve(folder, file), { where: `${name}_FILE`, reading });
  const credential = credentials.find((one) => one.toUpperCase() === name);
  if (credential === undefined) return undefined;
  const path = join(environment['CREDENTIALS_DIRECTORY'] ?? '', credential);
  return readSecretFile(path, { where: `the credential ${credential}`, reading });
}

function readSecretFile(
  file: string,
  { where, reading }: { where: string; reading: SecretReading },
): string | undefined {
  try {
    const secret = readTextFile(file, largestSecret).replace(/[\r\n]+$/, '');
    if (isOpenToOthers(file)) reading.openFiles.push(file);
    if (secret.trim() !== '') return secret;
    reading.faults.push({ where, message: `${file} is empty: write the secret into it` });
  } catch (error) {
    reading.faults.push({ where, message: describeError(error) });
  }
  return undefined;
}

/** What systemd's LoadCredential= put there for this service alone. */
function listCredentials({ environment, faults }: SecretReading): string[] {
  const folder = environment['CREDENTIALS_DIRECTORY']?.trim();
  if (!folder) return [];
  try {
    return readdirSync(folder);
  } catch (error) {
    faults.push({ where: 'CREDENTIALS_DIRECTORY', message: describeError(error) });
    return [];
  }
}

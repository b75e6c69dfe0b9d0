import type { Environment } from './environment.ts';

/** The variables of the one cluster that needs no file, and the keys of the clusters file they stand for. */
const variables = {
  PVE_CLUSTER_ID: 'id',
  PVE_CLUSTER_NAME: 'name',
  PVE_HOST: 'host',
  PVE_PORT: 'port',
  PVE_ADMIN_USER: 'user',
  PVE_ADMIN_PASS: 'password',
  PVE_TOKEN: 'token',
  PVE_VERIFY: 'verify_ssl',
  PVE_FINGERPRINT: 'fingerprint',
  PVE_CA_FILE: 'ca_file',
} as const;

export const singleClusterVariables: readonly string[] = Object.keys(variables);

/** The entry that `PVE_HOST` and its companions describe, in the clusters file's form; undefined without PVE_HOST. */
export function readSingleCluster(environment: Environment): Record<string, string> | undefined {
  if (!environment['PVE_HOST']?.trim()) return undefined;
  const entry: Record<string, string> = { id: 'cluster1' };
  for (const [variable, key] of Object.entries(variables)) {
    const value = environment[variable];
    if (value?.trim()) entry[key] = value;
  }
  return entry;
}

/** The variable that a key of the entry came from, for messages. */
export function nameVariable(key: string): string {
  return Object.entries(variables).find(([, name]) => name === key)?.[0] ?? key;
}

import { z } from 'zod';
import type { Environment } from './environment.ts';
import { listClusterSecrets, nameClusterSecrets } from './secret-sources.ts';

const entryWithId = z.looseObject({ id: z.coerce.string() });

/** An entry of the clusters file with its token or password from the environment, where it holds neither. */
export function addSecrets(entry: unknown, environment: Environment): unknown {
  const { data } = entryWithId.safeParse(entry);
  if (!data || 'token' in data || 'password' in data) return entry;
  const names = nameClusterSecrets(data.id);
  const token = environment[names.token];
  const password = environment[names.password];
  return { ...data, ...(token && { token }), ...(password && { password }) };
}

/** Warnings of secrets that are of no cluster. */
export function findStraySecrets(entries: readonly unknown[], environment: Environment): string[] {
  const used = entries.flatMap((entry) =>
    Object.values(nameClusterSecrets(entryWithId.safeParse(entry).data?.id ?? '')),
  );
  return listClusterSecrets(environment)
    .filter((name) => environment[name] !== undefined && !used.includes(name))
    .map((name) => `${name} was ignored: no cluster has such an id`);
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { describeError } from '../errors/hub-error.ts';
import { clusterEntryKeys, clusterEntrySchema, type ClusterEntry } from './cluster-entry.ts';
import type { ClusterConfig, TlsTrust } from './config.ts';
import type { ConfigFault } from './config-error.ts';
import { Secret } from './secret.ts';

/** What reading an entry needs beside it and reports to. */
export interface EntryReading<Policy> {
  /** Folder that a relative `ca_file` counts from. */
  readonly folder: string;
  /** Checks `replication`; without it the value is passed on as it is. */
  readonly replication?: z.ZodType<Policy>;
  /** Names a key of this entry in messages. */
  readonly where: (key: string) => string;
  readonly faults: ConfigFault[];
  readonly warnings: string[];
  /** Nobody will connect, so nobody needs an account. */
  readonly offline?: boolean;
}

/** Checks one entry of a clusters file; faults and warnings go to the reading, undefined comes back for a bad one. */
export function readCluster<Policy>(
  raw: unknown,
  reading: EntryReading<Policy>,
): ClusterConfig<Policy> | undefined {
  const result = clusterEntrySchema.safeParse(raw);
  const policy = readPolicy(raw, reading);
  if (!result.success) {
    reading.faults.push(...listFaults(result.error, reading.where));
    return undefined;
  }
  const entry = result.data;
  checkCredentials(entry, reading);
  warnOfUnknownKeys(raw, reading);
  const { id, host, port, user } = entry;
  return {
    id,
    name: entry.name ?? id,
    host,
    port,
    user,
    password: wrap(entry.password),
    token: wrap(entry.token),
    tls: chooseTrust(entry, reading),
    replication: policy,
  };
}

function readPolicy<Policy>(raw: unknown, reading: EntryReading<Policy>): Policy | undefined {
  const written =
    typeof raw === 'object' && raw !== null && 'replication' in raw ? raw.replication : undefined;
  if (written === undefined || written === null || !reading.replication) return undefined;
  const result = reading.replication.safeParse(written);
  if (result.success) return result.data;
  reading.faults.push(
    ...listFaults(result.error, (key) => reading.where(key ? `replication.${key}` : 'replication')),
  );
  return undefined;
}

function listFaults(error: z.ZodError, where: (key: string) => string): ConfigFault[] {
  return error.issues.map((issue) => ({
    where: where(issue.path.join('.')),
    message: issue.message.startsWith('Invalid input')
      ? `must be there and fit: ${issue.message}`
      : issue.message,
  }));
}

function checkCredentials<Policy>(entry: ClusterEntry, reading: EntryReading<Policy>): void {
  if (reading.offline || entry.token || (entry.user && entry.password)) return;
  const missing = entry.user ? 'password' : 'user';
  const message = 'is missing: give "token", or "user" and "password"';
  reading.faults.push({ where: reading.where(missing), message });
}

function warnOfUnknownKeys<Policy>(raw: unknown, reading: EntryReading<Policy>): void {
  if (typeof raw !== 'object' || raw === null) return;
  const unknown = Object.keys(raw).filter((key) => !clusterEntryKeys.has(key));
  reading.warnings.push(...unknown.map((key) => `${reading.where(key)} is not known and was ignored`));
}

/** A pinned certificate goes before an authority's file, and both before what `verify_ssl` says. */
function chooseTrust<Policy>(entry: ClusterEntry, reading: EntryReading<Policy>): TlsTrust {
  if (entry.fingerprint) return { mode: 'fingerprint', sha256: entry.fingerprint };
  if (entry.ca_file) return { mode: 'ca', ca: readAuthority(entry.ca_file, reading) };
  if (entry.verify_ssl) return { mode: 'system' };
  reading.warnings.push(
    `cluster ${entry.id}: verify_ssl is false, so its certificate is NOT checked and its password can be read on the way; pin it: hub cluster pin ${entry.id}`,
  );
  return { mode: 'insecure' };
}

function readAuthority<Policy>(file: string, reading: EntryReading<Policy>): string {
  try {
    const pem = readFileSync(resolve(reading.folder, file), 'utf8');
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
    reading.faults.push({ where: reading.where('ca_file'), message: `${file} holds no certificate (PEM)` });
  } catch (error) {
    reading.faults.push({ where: reading.where('ca_file'), message: describeError(error) });
  }
  return '';
}

function wrap(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}

import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { describeError, HubError } from '../errors/hub-error.ts';
import { findSimilar, suggest } from '../names/did-you-mean.ts';
import { clusterEntryKeys, clusterEntrySchema, type ClusterEntry } from './cluster-entry.ts';
import type { ClusterConfig, TlsTrust } from './config.ts';
import type { ConfigFault } from './config-error.ts';
import { describeIssues } from './issues.ts';
import { readTextFile } from './read-text-file.ts';
import { listPlaces, refusePorts } from './places.ts';
import { Secret } from './secret.ts';

/** Bytes of a file of certificates. */
const largestCertificate = 1_000_000;

/** Letters in which a key may differ from one of ours and still be shown. */
const mostWrongLetters = 2;

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
  const before = reading.faults.length;
  const entry = readEntry(raw, reading);
  const policy = readPolicy(raw, reading);
  const tls = chooseTrust(entry, reading);
  if (reading.faults.length > before || !isWhole(entry)) return undefined;
  const [place, ...alternatives] = listPlaces(entry);
  const { id, user } = entry;
  return {
    id,
    name: entry.name ?? id,
    ...place,
    ...(alternatives.length > 0 && { alternatives }),
    user,
    password: wrap(entry.password),
    token: wrap(entry.token),
    tls,
    replication: policy,
  };
}

/** The keys of an entry that are well; what is wrong with the others, or between them, goes to the reading. */
function readEntry<Policy>(raw: unknown, reading: EntryReading<Policy>): Partial<ClusterEntry> {
  const result = clusterEntrySchema.safeParse(raw);
  const where = reading.where;
  if (!result.success)
    reading.faults.push(...describeIssues(result.error, { schema: clusterEntrySchema, where }));
  const written = z.record(z.string(), z.unknown()).safeParse(raw).data;
  if (!written) return {};
  warnOfUnknownKeys(written, reading);
  checkCredentials(written, reading);
  const bad = new Set(result.error?.issues.map((issue) => issue.path[0]));
  const good = Object.entries(written).filter(([key]) => !bad.has(key));
  const entry = clusterEntrySchema.partial().parse(Object.fromEntries(good));
  const contradiction = entry.host && refusePorts({ host: entry.host, port: entry.port });
  if (contradiction) reading.faults.push({ where: where('port'), message: contradiction });
  return entry;
}

function isWhole(entry: Partial<ClusterEntry>): entry is ClusterEntry {
  return entry.id !== undefined && entry.host !== undefined;
}

function readPolicy<Policy>(raw: unknown, reading: EntryReading<Policy>): Policy | undefined {
  const written =
    typeof raw === 'object' && raw !== null && 'replication' in raw ? raw.replication : undefined;
  const schema = reading.replication;
  if (written === undefined || written === null || !schema) return undefined;
  const result = schema.safeParse(written);
  if (result.success) return result.data;
  const where = (key: string) => reading.where(key ? `replication.${key}` : 'replication');
  reading.faults.push(...describeIssues(result.error, { schema, where }));
  return undefined;
}

type Written = Readonly<Record<string, unknown>>;

function checkCredentials<Policy>(written: Written, { offline, faults, where }: EntryReading<Policy>): void {
  const { token, user, password } = written;
  if (offline || token || (user && password)) return;
  const message = 'is missing: give "token", or "user" and "password"';
  faults.push({ where: where(user ? 'password' : 'user'), message });
}

/** A key that resembles none of ours is not repeated: it may be a password that slipped out of its place. */
function warnOfUnknownKeys<Policy>(written: Written, { where, warnings }: EntryReading<Policy>): void {
  for (const [index, key] of Object.keys(written).entries()) {
    if (clusterEntryKeys.includes(key)) continue;
    const isTypingError = findSimilar(key, clusterEntryKeys, mostWrongLetters) !== undefined;
    const place = isTypingError ? where(key) : `${where('')}: key number ${index + 1}`;
    const meant = isTypingError ? suggest(key, clusterEntryKeys) : '';
    warnings.push(`${place} is not known and was ignored${meant}`);
  }
}

/** A pinned certificate goes before an authority's file, and both before what `verify_ssl` says. */
function chooseTrust<Policy>(entry: Partial<ClusterEntry>, reading: EntryReading<Policy>): TlsTrust {
  if (entry.fingerprint) return { mode: 'fingerprint', sha256: entry.fingerprint };
  if (entry.ca_file) return { mode: 'ca', ca: readAuthority(entry.ca_file, reading) };
  if (entry.verify_ssl) return { mode: 'system' };
  const { id = '<id>' } = entry;
  reading.warnings.push(
    `cluster ${id}: verify_ssl is false, so its certificate is NOT checked and its password can be read on the way; pin it: hub cluster pin ${id}`,
  );
  return { mode: 'insecure' };
}

function readAuthority<Policy>(file: string, reading: EntryReading<Policy>): string {
  try {
    const pem = readTextFile(resolve(reading.folder, file), largestCertificate);
    if (holdsCertificates(pem)) return pem;
    reading.faults.push({ where: reading.where('ca_file'), message: `${file} holds no certificate (PEM)` });
  } catch (error) {
    reading.faults.push({ where: reading.where('ca_file'), message: describeFileError(error) });
  }
  return '';
}

/** Of a file that is not there the path is not repeated: it may be a password that slipped in there. */
function describeFileError(error: unknown): string {
  if (error instanceof HubError || !(error instanceof Error && 'code' in error)) return describeError(error);
  const code = String(error.code);
  if (code === 'ENOENT')
    return `${code}: there is no such file (a relative one counts from this file's folder)`;
  return `${code}: the file cannot be read`;
}

/** Whether there is a certificate in a PEM text, and nothing between such marks that is none. */
function holdsCertificates(pem: string): boolean {
  const parts = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  return parts.length > 0 && parts.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function wrap(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}

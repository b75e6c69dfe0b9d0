import { z } from 'zod';
import type { CallOptions, ParameterValue } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import type { Disk } from '../guests/disks.ts';
import { parseDisks } from '../guests/disks.ts';
import type { GuestAddress } from '../guests/guest.ts';
import { guestPath } from '../guests/guest.ts';
import { flag, integer, maybe, maybeFlag, maybeWord, names, nothing, text } from '../lenient.ts';

/** A guest's configuration: what the system reasons about by name, and everything as text in `options`. */
export interface GuestConfig {
  /** A VM's name or a container's host name. */
  name?: string;
  description?: string;
  template: boolean;
  tags: string[];
  /** SHA-1 of the file; give it back with a change to be sure that nobody else was faster. */
  digest: string;
  lock?: string;
  /** Deleting is refused. Clones inherit it. */
  protection: boolean;
  ostype?: string;
  cores?: number;
  sockets?: number;
  /** MiB. */
  memory?: number;
  /** Snapshot that the present state stands on. */
  parent?: string;
  /** When the guest was made, seconds since the epoch (VM only). */
  createdAt?: number;
  /** New in every clone (VM only). */
  uuid?: string;
  disks: Disk[];
  /** Every key as it is written; numbers as their digits. */
  options: Readonly<Record<string, string>>;
}

const named = z.object({
  name: maybeWord,
  hostname: maybeWord,
  description: maybe(text),
  template: maybeFlag,
  tags: names,
  digest: text,
  lock: maybeWord,
  protection: maybeFlag,
  ostype: maybe(text),
  cores: maybe(integer),
  sockets: maybe(integer),
  memory: maybe(text),
  parent: maybeWord,
  meta: maybe(text),
  smbios1: maybe(text),
});

const answer = z
  .record(z.string(), z.unknown())
  .transform(toOptions)
  .transform((options, context): GuestConfig => {
    const parsed = named.safeParse(options);
    if (parsed.success) return toConfig(parsed.data, options);
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  });

/** The configuration with pending changes merged. Needs VM.Audit. */
export function getGuestConfig(
  client: ProxmoxClient,
  guest: GuestAddress,
  options?: CallOptions,
): Promise<GuestConfig> {
  return client.call({ method: 'GET', path: guestPath(guest, 'config'), answer, ...options });
}

/** Changes of a configuration. */
export interface GuestConfigChange {
  /** Keys and their new values. */
  set?: Readonly<Record<string, ParameterValue>>;
  /** Keys to take out. */
  remove?: readonly string[];
  /** The digest that was read; another one in the file fails with DIGEST_MISMATCH. */
  digest?: string;
}

/** Changes a configuration at once. Waits up to 10 s for the guest's lock (LOCK_TIMEOUT). */
export function updateGuestConfig(
  client: ProxmoxClient,
  guest: GuestAddress,
  { set, remove, digest, ...options }: GuestConfigChange & CallOptions,
): Promise<void> {
  const removed = remove === undefined || remove.length === 0 ? undefined : remove;
  const parameters = { ...set, delete: removed, digest };
  return client.call({
    method: 'PUT',
    path: guestPath(guest, 'config'),
    parameters,
    answer: nothing,
    ...options,
  });
}

export const features = ['clone', 'copy', 'snapshot'] as const;

/** What the storages of a guest can do. */
export interface FeatureAnswer {
  has: boolean;
  /** Nodes on which all its storages are shared; empty for local disks and containers. */
  nodes: string[];
}

const featureAnswer = z
  .object({ hasFeature: flag, nodes: maybe(z.array(text)) })
  .transform(({ hasFeature, nodes = [] }): FeatureAnswer => ({ has: hasFeature, nodes }));

/** Whether all disks of a guest have a feature; `clone` means linked clones. Needs VM.Audit. */
export function getFeature(
  client: ProxmoxClient,
  guest: GuestAddress,
  { feature, snapname, ...options }: CallOptions & { feature: (typeof features)[number]; snapname?: string },
): Promise<FeatureAnswer> {
  const path = guestPath(guest, 'feature');
  return client.call({
    method: 'GET',
    path,
    parameters: { feature, snapname },
    answer: featureAnswer,
    ...options,
  });
}

function toOptions(raw: Record<string, unknown>): Record<string, string> {
  const plain = Object.entries(raw).filter(([, value]) => value !== null && typeof value !== 'object');
  return Object.fromEntries(plain.map(([key, value]) => [key, String(value)]));
}

function toConfig(found: z.output<typeof named>, options: Record<string, string>): GuestConfig {
  const { name, hostname, memory, meta, smbios1, ...rest } = found;
  const createdAt = optionOf(meta, 'ctime');
  return {
    ...rest,
    name: name ?? hostname,
    // From 8.0 on `memory` may be a property string: `current=2048`.
    memory: memory === undefined ? undefined : Number(optionOf(memory, 'current') ?? memory),
    createdAt: createdAt === undefined ? undefined : Number(createdAt),
    uuid: optionOf(smbios1, 'uuid'),
    disks: parseDisks(options),
    options,
  };
}

function optionOf(properties: string | undefined, key: string): string | undefined {
  const found = properties?.split(',').find((property) => property.startsWith(`${key}=`));
  return found?.slice(key.length + 1);
}

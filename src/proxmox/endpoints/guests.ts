import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import { pathOf } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import type { GuestAddress, GuestKind } from '../guests/guest.ts';
import { guestPath } from '../guests/guest.ts';
import { integer, listOf, maybe, maybeFlag, maybeWord, names, number } from '../lenient.ts';

/** A guest as its node knows it at this moment. */
export interface GuestRow {
  vmid: number;
  name?: string;
  status: string;
  template: boolean;
  tags: string[];
  lock?: string;
  cores?: number;
  /** Bytes. */
  memory?: number;
  /** Bytes of the boot disk. */
  diskSize?: number;
  /** Seconds. */
  uptime?: number;
}

/** A guest's state at this moment. */
export interface GuestStatus extends GuestRow {
  /** The cluster's HA starts, stops and moves it. */
  haManaged: boolean;
}

const fields = z.object({
  vmid: integer,
  name: maybeWord,
  status: maybeWord,
  template: maybeFlag,
  tags: names,
  lock: maybeWord,
  cpus: maybe(number),
  maxmem: maybe(number),
  maxdisk: maybe(number),
  uptime: maybe(number),
});

const row = fields.transform(toRow);

const statusRow = fields
  .extend({ ha: maybe(z.object({ managed: maybeFlag })) })
  .transform(({ ha, ...found }): GuestStatus => ({ ...toRow(found), haManaged: ha?.managed ?? false }));

function toRow({ cpus, maxmem, maxdisk, status = 'unknown', ...rest }: z.output<typeof fields>): GuestRow {
  return { ...rest, status, cores: cpus, memory: maxmem, diskSize: maxdisk };
}

/**
 * The guests of one node, read from their configuration files; those the caller may not audit are missing.
 * A guest that vanishes during the call breaks it, so that failure is tried again.
 */
export function listGuests(
  client: ProxmoxClient,
  { kind, node }: { kind: GuestKind; node: string },
  options?: CallOptions,
): Promise<GuestRow[]> {
  return client.call({
    method: 'GET',
    path: pathOf('nodes', node, kind),
    answer: listOf(row),
    retryOn: ['GUEST_NOT_FOUND'],
    ...options,
  });
}

/** One guest's state at this moment. */
export function getGuestStatus(
  client: ProxmoxClient,
  guest: GuestAddress,
  options?: CallOptions,
): Promise<GuestStatus> {
  // The container's answer has no vmid in old versions.
  const answer = z.preprocess(withVmid(guest.vmid), statusRow);
  return client.call({ method: 'GET', path: guestPath(guest, 'status', 'current'), answer, ...options });
}

function withVmid(vmid: number) {
  return (value: unknown) => (typeof value === 'object' && value !== null ? { vmid, ...value } : value);
}

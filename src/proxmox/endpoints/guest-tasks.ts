import type { Call, CallOptions, Parameters } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import type { GuestAddress } from '../guests/guest.ts';
import { guestPath } from '../guests/guest.ts';
import { upidAnswer } from '../tasks/upid.ts';

/** How a clone is to be made. Undefined parameters are not sent, so the server's defaults hold. */
export interface CloneParameters {
  newid: number;
  /** A VM's name or a container's host name. */
  name?: string;
  /** Replaces the source's; without it the source's is inherited, like its tags. */
  description?: string;
  /** A full copy. Without it templates are linked and others copied. */
  full?: boolean;
  /** Other node; only when every storage of the source is shared (TARGET_NEEDS_SHARED otherwise). */
  target?: string;
  /** With full clones only. */
  storage?: string;
  /** Of VMs only. */
  format?: 'raw' | 'qcow2' | 'vmdk';
  pool?: string;
  snapname?: string;
  /** KiB/s. */
  bwlimit?: number;
}

export interface MigrateParameters {
  target: string;
  /** Storage, or map `a:b,c:d`, for the local volumes on the other node. */
  targetStorage?: string;
  /** KiB/s. */
  bwlimit?: number;
  online?: boolean;
  withLocalDisks?: boolean;
  /** Containers that run are stopped and started again. */
  restart?: boolean;
}

/** Starts a clone on the node that owns the source; returns the UPID (its id is the source's vmid). */
export function cloneGuest(
  client: ProxmoxClient,
  guest: GuestAddress,
  { name, format, signal, timeoutMs, ...rest }: CloneParameters & CallOptions,
): Promise<string> {
  const ofKind = guest.kind === 'qemu' ? { name, format } : { hostname: name };
  const parameters = { ...rest, ...ofKind };
  return client.call(start(guestPath(guest, 'clone'), parameters, { signal, timeoutMs }));
}

/** Starts a migration; returns the UPID. A stopped guest's local disks are copied along. */
export function migrateGuest(
  client: ProxmoxClient,
  guest: GuestAddress,
  migration: MigrateParameters & CallOptions,
): Promise<string> {
  const { target, targetStorage, bwlimit, online, withLocalDisks, restart, signal, timeoutMs } = migration;
  const ofKind: Parameters =
    guest.kind === 'qemu'
      ? { targetstorage: targetStorage, 'with-local-disks': withLocalDisks }
      : { 'target-storage': targetStorage, restart };
  const parameters = { target, bwlimit, online, ...ofKind };
  return client.call(start(guestPath(guest, 'migrate'), parameters, { signal, timeoutMs }));
}

/**
 * Starts the conversion to a template. Returns the UPID, or null for a container: its worker can only be found in the
 * node's tasks (`vztemplate`). `disk` repairs a conversion that stopped half way.
 */
export function convertToTemplate(
  client: ProxmoxClient,
  guest: GuestAddress,
  { disk, ...options }: CallOptions & { disk?: string } = {},
): Promise<string | null> {
  const path = guestPath(guest, 'template');
  return client.call({
    method: 'POST',
    path,
    parameters: { disk },
    answer: upidAnswer.nullable(),
    ...options,
  });
}

/** Starts the deletion of a guest and its disks; returns the UPID. Never while the cluster has no quorum. */
export function deleteGuest(
  client: ProxmoxClient,
  guest: GuestAddress,
  { purge, destroyUnreferencedDisks, ...options }: CallOptions & DeleteParameters = {},
): Promise<string> {
  const parameters = { purge, 'destroy-unreferenced-disks': destroyUnreferencedDisks };
  return client.call({
    method: 'DELETE',
    path: guestPath(guest),
    parameters,
    answer: upidAnswer,
    ...options,
  });
}

export interface DeleteParameters {
  /** Also from backup jobs, replication jobs and HA. */
  purge?: boolean;
  /** Searches every storage for volumes with this vmid; slow. */
  destroyUnreferencedDisks?: boolean;
}

/** Starts a guest; returns the UPID. */
export function startGuest(
  client: ProxmoxClient,
  guest: GuestAddress,
  options?: CallOptions,
): Promise<string> {
  return client.call(start(guestPath(guest, 'status', 'start'), {}, options));
}

/** Stops a guest the hard way; returns the UPID. */
export function stopGuest(
  client: ProxmoxClient,
  guest: GuestAddress,
  options?: CallOptions,
): Promise<string> {
  return client.call(start(guestPath(guest, 'status', 'stop'), {}, options));
}

/** Asks a guest to shut down; returns the UPID. `timeout` in seconds. */
export function shutdownGuest(
  client: ProxmoxClient,
  guest: GuestAddress,
  { timeout, forceStop, ...options }: CallOptions & { timeout?: number; forceStop?: boolean } = {},
): Promise<string> {
  return client.call(start(guestPath(guest, 'status', 'shutdown'), { timeout, forceStop }, options));
}

/** Makes a snapshot; returns the UPID. */
export function createSnapshot(
  client: ProxmoxClient,
  guest: GuestAddress,
  { snapname, description, ...options }: CallOptions & { snapname: string; description?: string },
): Promise<string> {
  return client.call(start(guestPath(guest, 'snapshot'), { snapname, description }, options));
}

function start(path: string, parameters: Parameters, options?: CallOptions): Call<string> {
  return { method: 'POST', path, parameters, answer: upidAnswer, ...options };
}

import type { Identity } from '../access/permissions.ts';
import type { Cluster } from '../engine/cluster.ts';
import { findZone, readBridge } from '../engine/networks.ts';
import { refuseParameters, refuseRights } from '../errors.ts';

/** Refuses with 403 when the identity lacks a privilege on a path. */
export function requireRight(cluster: Cluster, identity: Identity, path: string, privilege: string): void {
  if (!cluster.permissions.has(identity, path, privilege)) throw refuseRights(`${path}, ${privilege}`);
}

/** Who asks, and about which guest. */
export interface Asking {
  readonly cluster: Cluster;
  readonly identity: Identity;
  readonly vmid: number;
  /** The pool that a guest in the making will be in: its rights stand in for the guest's. */
  readonly pool?: string | undefined;
}

/** Refuses with 403 when none of the privileges is held on the guest. */
export function requireOfGuest(
  { cluster, identity, vmid, pool }: Asking,
  ...privileges: readonly string[]
): void {
  const path = `/pool/${pool}`;
  if (pool !== undefined && privileges.some((one) => cluster.permissions.has(identity, path, one))) return;
  requireAnyRight(cluster, identity, `/vms/${vmid}`, privileges);
}

/** Refuses with 403 when the identity has none of the privileges on a path. */
export function requireAnyRight(
  cluster: Cluster,
  identity: Identity,
  path: string,
  privileges: readonly string[],
): void {
  if (privileges.some((privilege) => cluster.permissions.has(identity, path, privilege))) return;
  throw refuseRights(`${path}, ${privileges.join('|')}`);
}

/** Refuses when the identity may not use the bridges of these network lines (from 8.0 on). */
export function requireBridges(
  cluster: Cluster,
  identity: Identity,
  config: Iterable<readonly [string, string]>,
): void {
  if (!cluster.behaviour.sdn) return;
  for (const [key, value] of config) {
    const bridge = readBridge(key, value);
    if (bridge === undefined) continue;
    const path = `/sdn/zones/${findZone(cluster, bridge)}/${bridge}`;
    const tag = /(?:^|,)tag=(\d+)/.exec(value)?.[1];
    // A right on the bridge goes down to its VLANs.
    requireRight(cluster, identity, tag === undefined ? path : `${path}/${tag}`, 'SDN.Use');
  }
}

/** Whether the identity is the root user itself, logged in with a password: some options are for nobody else. */
export function isRootUser(identity: Identity): boolean {
  return identity.user === 'root@pam' && identity.token === undefined;
}

/** Refuses an option that only the root user itself may use. */
export function requireOwnOption(identity: Identity, option: string): void {
  if (!isRootUser(identity)) throw refuseParameters({ [option]: 'Only root may use this option.' });
}

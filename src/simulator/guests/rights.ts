import type { Identity } from '../access/permissions.ts';
import type { Cluster } from '../engine/cluster.ts';
import { refuseParameters, refuseRights } from '../errors.ts';

/** Refuses with 403 when the identity lacks a privilege on a path. */
export function requireRight(cluster: Cluster, identity: Identity, path: string, privilege: string): void {
  if (!cluster.permissions.has(identity, path, privilege)) throw refuseRights(`${path}, ${privilege}`);
}

/** Refuses when the identity may not use the bridges of these network lines (from 8.0 on). */
export function requireBridges(
  cluster: Cluster,
  identity: Identity,
  config: Iterable<readonly [string, string]>,
): void {
  if (!cluster.behaviour.sdn) return;
  for (const [key, value] of config) {
    const bridge = /^net\d+$/.test(key) ? /(?:^|,)bridge=([^,]+)/.exec(value)?.[1] : undefined;
    if (bridge === undefined) continue;
    const tag = /(?:^|,)tag=(\d+)/.exec(value)?.[1];
    const path = `/sdn/zones/localnetwork/${bridge}`;
    if (tag !== undefined && cluster.permissions.has(identity, `${path}/${tag}`, 'SDN.Use')) continue;
    requireRight(cluster, identity, path, 'SDN.Use');
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

import { AccessRole } from '../../prisma/generated/sqlite/enums.ts';
import type { Sight } from '../store/sql/sight.ts';

/** What a caller may do. Each role may do what the ones before it may. */
export const roles = [AccessRole.VIEWER, AccessRole.OPERATOR, AccessRole.ADMIN] as const;
export type Role = (typeof roles)[number];

/** Who asks, and what they may. Where it was learned from (a token, a session) is no part of it. */
export interface Caller {
  /** For logs: the name of a token, for example. */
  readonly name: string;
  readonly role: Role;
  /** Ids of the only clusters that there are for this caller; null for all. */
  readonly clusters: readonly string[] | null;
  /** The number of the token that let them in; null where it was none of the store's. */
  readonly tokenId: number | null;
}

/** Who has the token of the environment. */
export const bootstrapAdmin: Caller = { name: 'API_TOKEN', role: 'ADMIN', clusters: null, tokenId: null };

/** Whoever asks a server that has no token yet: it listens on loopback only. */
export const anyoneHere: Caller = { name: 'anyone', role: 'ADMIN', clusters: null, tokenId: null };

/** A command that has the store itself, or this server on its own behalf. */
export const ownProcess: Caller = { name: 'command line', role: 'ADMIN', clusters: null, tokenId: null };

/** Whether a caller may do what a role may. */
export function hasRole({ role }: Pick<Caller, 'role'>, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** A caller's rights in words: `the role VIEWER`. */
export function describeCaller({ role, clusters }: Pick<Caller, 'role' | 'clusters'>): string {
  return clusters === null ? `the role ${role}` : `the role ${role} of some clusters`;
}

/** Whether a caller may do what concerns the whole hub, such as tokens: an administrator of all clusters. */
export function isHubAdmin(caller: Pick<Caller, 'role' | 'clusters'>): boolean {
  return caller.clusters === null && hasRole(caller, 'ADMIN');
}

/** The same text for all callers who are answered the same. */
export function writeSight({ role, clusters }: Pick<Caller, 'role' | 'clusters'>): string {
  return clusters === null ? role : `${role} ${JSON.stringify(clusters.toSorted())}`;
}

/** Who is not known, and is told nothing but whether the server runs. */
export const nobody: Caller = { name: 'nobody', role: 'VIEWER', clusters: [], tokenId: null };

/** Whether there is a cluster for a caller. */
export function seesCluster({ clusters }: Pick<Caller, 'clusters'>, clusterId: string): boolean {
  return clusters === null || clusters.includes(clusterId);
}

/** What there is for a caller. */
export function findSight(caller: Pick<Caller, 'role' | 'clusters'>): Sight {
  return { clusters: caller.clusters, hub: isHubAdmin(caller) };
}

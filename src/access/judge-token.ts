import { timingSafeEqual } from 'node:crypto';
import type { Caller, Role } from './caller.ts';

/** A token as the store knows it. */
export interface KnownToken {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly clusters: readonly string[] | null;
  /** SHA-256 of its secret, hexadecimal. */
  readonly hash: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

/** Whether a token is good at a moment. */
export type TokenState = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

/** Who is let in by a token, or why nobody is. */
export type Verdict = { readonly caller: Caller } | { readonly refused: 'UNKNOWN' | 'EXPIRED' | 'REVOKED' };

/**
 * Judges by what is known of a token, the hash of the secret that was given for it, and the time (epoch milliseconds).
 * Who has not the secret learns nothing, not even that there is such a token.
 */
export function judgeToken(token: KnownToken | undefined, hash: string, now: number): Verdict {
  if (!token || !isSameHash(token.hash, hash)) return { refused: 'UNKNOWN' };
  const state = judgeState(token, now);
  if (state !== 'ACTIVE') return { refused: state };
  const { id: tokenId, name, role, clusters } = token;
  return { caller: { name, role, clusters, tokenId } };
}

/** A token is good before the moment of its expiry, and no longer at it. */
export function judgeState(
  { revokedAt, expiresAt }: Pick<KnownToken, 'revokedAt' | 'expiresAt'>,
  now: number,
): TokenState {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt.getTime() <= now ? 'EXPIRED' : 'ACTIVE';
}

/** Whether two hashes are the same. Both have one length: how long it takes tells nothing. */
export function isSameHash(known: string, given: string): boolean {
  const [left, right] = [Buffer.from(known), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

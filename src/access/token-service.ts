import type { ApiToken } from '../../prisma/generated/sqlite/client.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { AccessError, createTokenNotFound } from './access-error.ts';
import { writeClusters } from './token-clusters.ts';
import { checkExpiry, checkTokenInput, type CreateTokenInput } from './token-input.ts';
import { hashSecret, makeRandomSecret, writeToken, type MakeSecret } from './token-text.ts';

/** A token with the text that its owner keeps; it is known at this moment only. */
export interface ShownToken {
  readonly row: ApiToken;
  readonly text: string;
}

/** What administrators do with tokens. Every refusal is an AccessError. */
export interface TokenService {
  create(input: CreateTokenInput): Promise<ShownToken>;
  /** Takes it away for good. Once more it is left as it is. */
  revoke(id: number): Promise<ApiToken>;
  /** Gives it another secret, and with `expiresAt` another expiry; the old secret is no longer good. */
  rotate(id: number, changes?: { readonly expiresAt?: Date }): Promise<ShownToken>;
}

/** What the service is made of. */
export interface TokenTools {
  readonly store: Store;
  readonly clock: Clock;
  /** By cryptographic randomness unless told. */
  readonly makeSecret?: MakeSecret;
}

/** Makes the service. */
export function createTokenService({
  store,
  clock,
  makeSecret = makeRandomSecret,
}: TokenTools): TokenService {
  return {
    create: async (input) => {
      const { name, role, clusterIds, expiresAt } = checkTokenInput(input);
      checkExpiry(expiresAt, clock.now());
      const secret = makeSecret();
      const row = await store.transaction(async (database) => {
        await checkClusters(database, clusterIds ?? []);
        const clusters = writeClusters(clusterIds);
        const createdAt = new Date(clock.now());
        return database.apiToken.create({
          data: { name, role, clusters, expiresAt, createdAt, hash: hashSecret(secret) },
        });
      });
      return { row, text: writeToken({ id: row.id, secret }) };
    },
    revoke: (id) =>
      store.transaction(async (database) => {
        const token = await findToken(database, id);
        if (token.revokedAt !== null) return token;
        return database.apiToken.update({ where: { id }, data: { revokedAt: new Date(clock.now()) } });
      }),
    rotate: async (id, { expiresAt } = {}) => {
      const secret = makeSecret();
      const row = await store.transaction(async (database) => {
        const token = await findToken(database, id);
        if (token.revokedAt !== null) throw refuseRevoked(id);
        checkExpiry(expiresAt ?? token.expiresAt, clock.now());
        const rotatedAt = new Date(clock.now());
        return database.apiToken.update({
          where: { id },
          data: { hash: hashSecret(secret), rotatedAt, expiresAt },
        });
      });
      return { row, text: writeToken({ id, secret }) };
    },
  };
}

async function findToken(database: Database, id: number): Promise<ApiToken> {
  const token = await database.apiToken.findUnique({ where: { id } });
  if (token === null) throw createTokenNotFound(id);
  return token;
}

function refuseRevoked(id: number): AccessError {
  return new AccessError('TOKEN_REVOKED', `The token ${id} was revoked for good: make a new one.`, ['id']);
}

/** A mistyped cluster would make a token that is good for nothing. */
async function checkClusters(database: Database, clusterIds: readonly string[]): Promise<void> {
  const found = await database.cluster.findMany({
    where: { id: { in: [...clusterIds] } },
    select: { id: true },
  });
  const known = new Set(found.map(({ id }) => id));
  const unknown = clusterIds.find((id) => !known.has(id));
  if (unknown === undefined) return;
  throw new AccessError('CLUSTER_NOT_FOUND', `There is no cluster ${unknown}; see "clusters".`, [
    'clusterIds',
  ]);
}

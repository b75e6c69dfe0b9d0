import { z } from 'zod';
import type { Database } from '../../store/database.ts';
import { checkKey, findResult, rememberResult } from '../../store/idempotency.ts';
import type { Engine } from '../engine.ts';
import { ReplicationError } from '../replication-error.ts';

export interface OnceOptions {
  /** Without one the work is simply done. */
  key: string | undefined;
  mutation: string;
  input: unknown;
}

const resultSchema = z.array(z.int());

/**
 * Does work in a transaction, once for a key: a repeat gets the ids that the first one gave.
 * @throws ReplicationError IDEMPOTENCY_CONFLICT when the key was used with another input, IdempotencyKeyError
 */
export function once(
  { store, clock }: Pick<Engine, 'store' | 'clock'>,
  { key, mutation, input }: OnceOptions,
  work: (database: Database) => Promise<number[]>,
): Promise<number[]> {
  if (key === undefined) return store.transaction(work);
  checkKey(key);
  const now = clock.now();
  const request = { key: `replication/${key}`, mutation, input: [mutation, input], now };
  return store.transaction(async (database) => {
    const known = await findResult(database, request);
    if (known && 'conflict' in known) {
      const message = `The idempotency key "${key}" was used for another request; take a new one.`;
      throw new ReplicationError('IDEMPOTENCY_CONFLICT', message);
    }
    if (known) return resultSchema.parse(JSON.parse(known.result));
    const ids = await work(database);
    await rememberResult(database, request, JSON.stringify(ids));
    return ids;
  });
}

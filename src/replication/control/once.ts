import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../../store/database.ts';
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
 * @throws ReplicationError IDEMPOTENCY_CONFLICT when the key was used with another input.
 */
export function once(
  { store, clock }: Pick<Engine, 'store' | 'clock'>,
  { key, mutation, input }: OnceOptions,
  work: (database: Database) => Promise<number[]>,
): Promise<number[]> {
  return store.transaction(async (database) => {
    if (key === undefined) return work(database);
    const stored = `replication/${key}`;
    const inputHash = createHash('sha256')
      .update(JSON.stringify([mutation, input]))
      .digest('hex');
    const first = await database.idempotentResult.findUnique({ where: { key: stored } });
    if (first !== null && first.inputHash === inputHash) return resultSchema.parse(JSON.parse(first.result));
    if (first !== null) {
      const message = `The idempotency key "${key}" was used for another request; take a new one.`;
      throw new ReplicationError('IDEMPOTENCY_CONFLICT', message);
    }
    const ids = await work(database);
    const createdAt = new Date(clock.now());
    await database.idempotentResult.create({
      data: { key: stored, mutation, inputHash, result: JSON.stringify(ids), createdAt },
    });
    return ids;
  });
}

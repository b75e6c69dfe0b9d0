import type { SqlDriverAdapter, SqlDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils';
import { z } from 'zod';

/** How long the lock of another process is waited for, milliseconds. */
const longestMs = 20_000;

/** Between two tries, milliseconds: doubled from 1 on, up to this. */
const longestPauseMs = 50;

/**
 * Prisma begins SQLite's transactions without a lock: one that reads before it writes would fail where another process
 * committed in between. A write of nothing, first of all, takes the lock.
 */
const takeLock = { sql: 'UPDATE leases SET fence = fence WHERE 0', args: [], argTypes: [] };
const rollBack = { sql: 'ROLLBACK', args: [], argTypes: [] };

/** Resolves after so many milliseconds. */
type Sleep = (ms: number) => Promise<void>;

const busyError = z.object({ cause: z.object({ originalCode: z.string().startsWith('SQLITE_BUSY') }) });

/**
 * Lets Prisma's adapter wait for the lock of another process while everything else goes on: SQLite's own waiting holds up
 * the whole process. A statement that did not get the lock has done nothing, and is tried again; a transaction has the
 * lock from its beginning.
 */
export function waitForLock(factory: SqlDriverAdapterFactory, sleep: Sleep): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => withPatience(await factory.connect(), sleep),
  };
}

function withPatience(adapter: SqlDriverAdapter, sleep: Sleep): SqlDriverAdapter {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query) => tryUntilFree(() => adapter.queryRaw(query), sleep),
    executeRaw: (query) => tryUntilFree(() => adapter.executeRaw(query), sleep),
    executeScript: (script) => tryUntilFree(() => adapter.executeScript(script), sleep),
    startTransaction: (level) => tryUntilFree(() => beginLocked(adapter, level), sleep),
    dispose: () => adapter.dispose(),
  };
}

/** A transaction that has the lock. Without it none stays open: what is read meanwhile would become a part of it. */
async function beginLocked(
  adapter: SqlDriverAdapter,
  level: Parameters<SqlDriverAdapter['startTransaction']>[0],
): Promise<Transaction> {
  const transaction = await adapter.startTransaction(level);
  try {
    await transaction.executeRaw(takeLock);
    return transaction;
  } catch (error) {
    await transaction.executeRaw(rollBack);
    await transaction.rollback();
    throw error;
  }
}

async function tryUntilFree<Result>(work: () => Promise<Result>, sleep: Sleep): Promise<Result> {
  let waited = 0;
  for (let pause = 1; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      if (waited >= longestMs || !busyError.safeParse(error).success) throw error;
    }
    await sleep(pause);
    waited += pause;
  }
}

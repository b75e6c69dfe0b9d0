import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import type { Backend } from '../backend.ts';
import type { Migration } from '../migrations.ts';
import { migrateSqlite } from './migrate.ts';
import { watchSqlite } from './revision.ts';

/**
 * Prisma begins SQLite's transactions without a lock: one that reads before it writes would fail at once where another
 * process committed in between. A write of nothing, first of all, waits for the lock instead.
 */
const takeWriteLock = 'UPDATE leases SET fence = fence WHERE 0';

/** Opens a SQLite file, making it and its folder where they are not there. */
export function openSqlite(file: string, migrations: readonly Migration[]): Backend {
  mkdirSync(dirname(file), { recursive: true });
  const appliedMigrations = migrateSqlite(file, migrations);
  const revision = watchSqlite(file);
  return {
    prisma: new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 15_000 }) }),
    revision,
    appliedMigrations,
    beginTransaction: async (database) => {
      await database.$executeRawUnsafe(takeWriteLock);
    },
  };
}

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import type { Backend } from '../backend.ts';
import type { Migration } from '../migrations.ts';
import { keepStatements } from './kept-statements.ts';
import { migrateSqlite } from './migrate.ts';
import { watchSqlite } from './revision.ts';

/**
 * Prisma begins SQLite's transactions without a lock: one that reads before it writes would fail at once where another
 * process committed in between. A write of nothing, first of all, waits for the lock instead.
 */
const takeWriteLock = 'UPDATE leases SET fence = fence WHERE 0';

/** Prisma takes far longer than a page takes to read: 4 MB of pages suffice it, where the driver would keep 16 MB. */
const keepFewPages = 'PRAGMA cache_size = -4000';

/** Opens a SQLite file, making it and its folder where they are not there. */
export async function openSqlite(file: string, migrations: readonly Migration[]): Promise<Backend> {
  mkdirSync(dirname(file), { recursive: true });
  const appliedMigrations = migrateSqlite(file, migrations);
  const revision = watchSqlite(file);
  const adapter = keepStatements(new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 15_000 }));
  const prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
  await prisma.$queryRawUnsafe(keepFewPages);
  return {
    prisma,
    revision,
    appliedMigrations,
    beginTransaction: async (database) => {
      await database.$executeRawUnsafe(takeWriteLock);
    },
  };
}

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { privateFile, privateFolder } from '../../secrets/file-privacy.ts';
import { PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import { systemClock } from '../../time/clock.ts';
import type { Backend } from '../backend.ts';
import type { Migration } from '../migrations.ts';
import { keepStatements } from './kept-statements.ts';
import { migrateSqlite } from './migrate.ts';
import { watchSqlite } from './revision.ts';
import { waitForLock } from './wait-for-lock.ts';

/** Prisma takes far longer than a page takes to read: 4 MB of pages suffice it, where the driver would keep 16 MB. */
const keepFewPages = 'PRAGMA cache_size = -4000';

/** Opens a SQLite file, making it and its folder, both for their owner only, where they are not there. */
export async function openSqlite(file: string, migrations: readonly Migration[]): Promise<Backend> {
  mkdirSync(dirname(file), { recursive: true, mode: privateFolder });
  // SQLite gives its WAL the mode of the database.
  closeSync(openSync(file, 'a', privateFile));
  const appliedMigrations = migrateSqlite(file, migrations);
  const revision = watchSqlite(file);
  // SQLite itself waits for nothing: it would hold up the whole process.
  const driver = new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 0 });
  const adapter = waitForLock(keepStatements(driver), systemClock.sleep);
  const prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
  await prisma.$queryRawUnsafe(keepFewPages);
  return { prisma, revision, appliedMigrations };
}

import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { AppliedMigration } from '../migrations.ts';

const bookRows = z.array(z.object({ name: z.string(), checksum: z.string() }));

/** What the book of a database says was applied. */
export function readApplied(database: Database.Database): AppliedMigration[] {
  const applied = database.prepare(
    'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL',
  );
  return bookRows.parse(applied.all());
}

import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { createBook, selectPending, type Migration } from '../migrations.ts';
import { countWrites } from './write-counts.ts';

const bookRows = z.array(z.object({ name: z.string(), checksum: z.string() }));

/**
 * Brings a SQLite file up to date and switches it to WAL. Everything pending is one transaction, taken with
 * `BEGIN IMMEDIATE`, so of several processes that start at once one applies and the others find nothing to do.
 *
 * @returns the names of what was applied.
 */
export function migrateSqlite(file: string, migrations: readonly Migration[]): string[] {
  const database = new Database(file);
  try {
    database.pragma('busy_timeout = 15000');
    database.pragma('journal_mode = WAL');
    return applyPending(database, migrations);
  } finally {
    database.close();
  }
}

function applyPending(database: Database.Database, migrations: readonly Migration[]): string[] {
  const apply = database.transaction(() => {
    database.exec(createBook);
    const applied = database.prepare(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    const pending = selectPending(migrations, bookRows.parse(applied.all()));
    const enter = database.prepare(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES (?, ?, ?, CURRENT_TIMESTAMP, 1)`,
    );
    for (const migration of pending) {
      database.exec(migration.sql);
      enter.run(randomUUID(), migration.checksum, migration.name);
    }
    countWrites(database);
    return pending.map((migration) => migration.name);
  });
  database.pragma('foreign_keys = OFF');
  return apply.immediate();
}

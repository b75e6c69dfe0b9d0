import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { createBook, selectPending, type Migration } from '../migrations.ts';
import { readApplied } from './read-applied.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { countWrites } from './write-counts.ts';

/**
 * Brings a SQLite file up to date and switches it to WAL. Everything pending is one transaction, taken with
 * `BEGIN IMMEDIATE`, so of several processes that start at once one applies and the others find nothing to do.
 *
 * A file of another program is left as it is.
 *
 * @throws {DatabaseError | MigrationError} as `refuseForeign`
 * @returns the names of what was applied.
 */
export function migrateSqlite(file: string, migrations: readonly Migration[]): string[] {
  refuseForeign(file, migrations);
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
    const pending = selectPending(migrations, readApplied(database));
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

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createBook, selectPending, type AppliedMigration, type Migration } from '../migrations.ts';

/** A server that says nothing for so long is taken for gone, milliseconds. */
const patience = 10_000;

/** Any constant: who migrates a Template Hub database holds this advisory lock. */
const migrationLock = 7_465_101;

/**
 * Brings a PostgreSQL database up to date: one transaction under an advisory lock, so of several servers that start
 * at once one applies and the others find nothing to do.
 *
 * @returns the names of what was applied.
 */
export async function migratePostgresql(url: string, migrations: readonly Migration[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query(createBook);
    const applied = await client.query<AppliedMigration>(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    const pending = selectPending(migrations, applied.rows);
    for (const migration of pending) await applyOne(client, migration);
    await client.query('COMMIT');
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query(migration.sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, CURRENT_TIMESTAMP, 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
}

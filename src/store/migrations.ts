import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HubError } from '../errors/hub-error.ts';

/** One migration as it lies in `prisma/<provider>/migrations/<name>/migration.sql`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex, as Prisma records it. */
  readonly checksum: string;
}

/** A row of `_prisma_migrations`, Prisma's own book of what was applied. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** The database does not fit this version of Template Hub. */
export class MigrationError extends HubError {}

/** Layout of Prisma's book, so that `prisma migrate` understands a database that this runner made. */
export const createBook = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" TIMESTAMP,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMP,
  "started_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** The migrations that this version has for a provider. */
export function readOwnMigrations(provider: 'sqlite' | 'postgresql'): Migration[] {
  return readMigrations(join(import.meta.dirname, '..', '..', 'prisma', provider, 'migrations'));
}

/** Reads the migrations of a folder in the order of their names. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * What is still to be applied.
 *
 * @throws {MigrationError} MIGRATION_UNKNOWN when the database was made by a newer version,
 *   MIGRATION_CHANGED when an applied migration is not the one that this version has.
 */
export function selectPending(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new MigrationError(
        'MIGRATION_UNKNOWN',
        `the database has the migration ${name}, which this version does not know: run the newer version, or restore a backup`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        'MIGRATION_CHANGED',
        `the migration ${name} was applied in another form: this database belongs to another build`,
      );
    }
  }
  const done = new Set(applied.map((migration) => migration.name));
  return migrations.filter((migration) => !done.has(migration.name));
}

import Database from 'better-sqlite3';
import { z } from 'zod';
import { DatabaseError } from '../database-error.ts';
import { selectPending, type Migration } from '../migrations.ts';
import { readApplied } from './read-applied.ts';

const amount = z.int();

/** What a database of ours holds. */
export interface Contents {
  readonly templates: number;
  /** Migrations that the next start applies. */
  readonly pending: number;
}

/**
 * Looks into a sound copy of `from`: whether it is one of ours at all, and (with `migrations`) one that this version knows.
 *
 * @throws {DatabaseError | MigrationError} DATABASE_FOREIGN, MIGRATION_UNKNOWN, MIGRATION_CHANGED
 */
export function readContents(file: string, from: string, migrations: readonly Migration[]): Contents {
  return look(file, from, (database) => ({
    pending: selectPending(migrations, readApplied(database)).length,
    templates: amount.parse(database.prepare('SELECT count(*) FROM templates').pluck().get()),
  }));
}

/** @throws {DatabaseError} DATABASE_FOREIGN for a file that is none of ours, of whatever version. */
export function refuseOthers(file: string, from: string): void {
  look(file, from, () => undefined);
}

function look<Found>(file: string, from: string, find: (database: Database.Database) => Found): Found {
  const database = new Database(file, { readonly: true });
  try {
    const books = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_prisma_migrations'").all();
    if (books.length === 1) return find(database);
    throw new DatabaseError('DATABASE_FOREIGN', `${from} is no database of Template Hub.`);
  } finally {
    database.close();
  }
}

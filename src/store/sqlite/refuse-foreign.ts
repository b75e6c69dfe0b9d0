import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { DatabaseError } from '../database-error.ts';
import { selectPending, type Migration } from '../migrations.ts';
import { readApplied } from './read-applied.ts';

const tables = z.array(z.string());

/**
 * Looks at a file before anything is written to it, its journal mode included: one that holds tables and none of our books
 * belongs to another program, and so does one whose book names other migrations.
 *
 * @throws {DatabaseError | MigrationError} DATABASE_FOREIGN, MIGRATION_UNKNOWN, MIGRATION_CHANGED
 */
export function refuseForeign(file: string, migrations: readonly Migration[]): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const database = new Database(file, { readonly: true, timeout: 15_000 });
  try {
    const names = tables.parse(
      database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
    );
    if (names.includes('_prisma_migrations')) selectPending(migrations, readApplied(database));
    else if (names.length > 0) throw foreign(file, names);
  } finally {
    database.close();
  }
}

function foreign(file: string, names: readonly string[]): DatabaseError {
  const some = names.slice(0, 3).join(', ');
  return new DatabaseError(
    'DATABASE_FOREIGN',
    `The database ${file} cannot be opened: it belongs to another program (it has the tables ${some}${names.length > 3 ? ' …' : ''}).
Name another file. Of the Python system: hub import <file> takes it over.`,
  );
}

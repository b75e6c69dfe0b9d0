import type Database from 'better-sqlite3';
import { z } from 'zod';

const tableNames = z.array(z.string());

/**
 * Lets the database count the writes to each of its tables, whoever writes: triggers that are renewed at each start,
 * since a migration that makes a table anew drops those of the old one. A row costs a microsecond or two more.
 */
export function countWrites(database: Database.Database): void {
  database.exec(
    'CREATE TABLE IF NOT EXISTS write_counts (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID',
  );
  const tables = database
    .prepare(
      `SELECT name FROM sqlite_master
       WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN ('_prisma_migrations', 'write_counts')`,
    )
    .pluck();
  for (const table of tableNames.parse(tables.all())) database.exec(countTable(table));
}

function countTable(table: string): string {
  const triggers = ['INSERT', 'UPDATE', 'DELETE'].map(
    (verb) => `CREATE TRIGGER IF NOT EXISTS "count_${verb.toLowerCase()}_${table}" AFTER ${verb} ON "${table}"
      BEGIN UPDATE write_counts SET number = number + 1 WHERE name = '${table}'; END;`,
  );
  return `INSERT INTO write_counts VALUES ('${table}', 0) ON CONFLICT DO NOTHING;\n${triggers.join('\n')}`;
}

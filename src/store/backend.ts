import type { PrismaClient } from '../../prisma/generated/sqlite/client.ts';
import type { Revision } from './revision.ts';

/** What differs between SQLite and PostgreSQL behind an open store. */
export interface Backend {
  readonly prisma: PrismaClient;
  readonly revision: Revision;
  /** Names of the migrations that were applied at this start. */
  readonly appliedMigrations: readonly string[];
}

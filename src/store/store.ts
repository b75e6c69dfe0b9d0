import { existsSync } from 'node:fs';
import type { PrismaClient } from '../../prisma/generated/sqlite/client.ts';
import type { Backend } from './backend.ts';
import type { Database } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { parseDatabaseUrl, type DatabaseLocation } from './database-url.ts';
import { readOwnMigrations } from './migrations.ts';
import { explainPostgresqlError } from './postgresql/explain.ts';
import { nameKeyFile, openKeyFile } from '../secrets/key-file.ts';
import { createVault, type KeySource, type Vault } from '../secrets/vault.ts';
import type { Revision } from './revision.ts';
import type { Sight } from './sql/sight.ts';
import { readTables, type Tables } from './sql/tables.ts';
import { explainSqliteError } from './sqlite/explain.ts';

/** The open database of Template Hub. */
export interface Store {
  readonly prisma: PrismaClient;
  readonly provider: DatabaseLocation['provider'];
  /** What statements of one's own are written with. */
  readonly tables: Tables;
  /** For whom it is read; absent where there is everything. */
  readonly sight?: Sight;
  /** Names of the migrations that were applied at this start. */
  readonly appliedMigrations: readonly string[];
  /** Tells whether anything was written since a moment: what cached answers are keyed by. */
  readonly revision: Pick<Revision, 'current'>;
  /** One short transaction: reads and writes only, never a call to Proxmox inside. */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
  /** Seals and opens the secrets in it. */
  readonly vault: Vault;
  /** Overwrites what was deleted or replaced, in its file and its journal. PostgreSQL's own vacuum does so by itself. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** A DATABASE_URL. */
  readonly url: string;
  /** Folder that a relative file counts from; default: the working directory. */
  readonly folder?: string;
  /** Where there is nothing to read a new database would only hide a mistake: a file that is not there is refused. */
  readonly mustExist?: boolean;
  /**
   * Keys for the secrets in it, the current one first. Without any, SQLite has a file with one beside the database, made
   * when a secret is stored first, and in PostgreSQL they stay in the clear.
   */
  readonly secretKeys?: readonly string[];
}

/** Milliseconds. A transaction may wait until another process gives SQLite's lock back, which is longer than it may take. */
const transactionLimits = { maxWait: 30_000, timeout: 15_000 };

/**
 * Opens the store at a DATABASE_URL, creating and migrating it first.
 *
 * @throws {DatabaseUrlError | DatabaseError | MigrationError} when the URL or the database does not fit.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  const location = parseDatabaseUrl(options.url, options.folder);
  if (options.mustExist) requireFile(location);
  const { prisma, revision, appliedMigrations } = await openBackend(location);
  return {
    prisma,
    provider: location.provider,
    tables: readTables(prisma),
    appliedMigrations,
    revision,
    transaction: async (work) => {
      const result = await prisma.$transaction(work, transactionLimits);
      revision.bump();
      return result;
    },
    vault: createVault(chooseKeys(location, options.secretKeys)),
    wipe: async () => {
      if (location.provider === 'sqlite') await wipeSqlite(prisma);
    },
    close: async () => {
      await prisma.$disconnect();
      await revision.close();
    },
  };
}

/** Only the code of the database that is used is loaded: each Prisma client takes megabytes. */
async function openBackend(location: DatabaseLocation): Promise<Backend> {
  const migrations = readOwnMigrations(location.provider);
  if (location.provider === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open.ts');
    return openSqlite(location.file, migrations).catch((error: unknown) => {
      throw explainSqliteError(location.file, error);
    });
  }
  const { openPostgresql } = await import('./postgresql/open.ts');
  return openPostgresql(location.url, migrations).catch((error: unknown) => {
    throw explainPostgresqlError(location.url, error);
  });
}

function chooseKeys(location: DatabaseLocation, given: readonly string[] = []): KeySource | undefined {
  if (given.length > 0) return { read: () => given };
  return location.provider === 'sqlite' ? openKeyFile(nameKeyFile(location.file)) : undefined;
}

/** All pages are written anew, and the WAL is emptied. */
async function wipeSqlite(prisma: PrismaClient): Promise<void> {
  await prisma.$executeRawUnsafe('VACUUM');
  await prisma.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)');
}

function requireFile(location: DatabaseLocation): void {
  if (location.provider !== 'sqlite' || existsSync(location.file)) return;
  const message = `There is no database ${location.file}.\nCorrect DATABASE_URL or --database, or make it: hub scan`;
  throw new DatabaseError('DATABASE_MISSING', message);
}

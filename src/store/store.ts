import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient as PostgresqlClient } from '../../prisma/generated/postgresql/client.ts';
import { PrismaClient } from '../../prisma/generated/sqlite/client.ts';
import { parseDatabaseUrl, type DatabaseLocation } from './database-url.ts';
import { migratePostgresql } from './migrate-postgresql.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { readMigrations } from './migrations.ts';
import { watchPostgresql, watchSqlite, type Revision } from './revision.ts';

/** A Prisma client or the client of an interactive transaction: what single queries need. */
export type Database = Pick<
  PrismaClient,
  | 'cluster'
  | 'node'
  | 'storage'
  | 'template'
  | 'templateChange'
  | 'replicationRun'
  | 'replicationStep'
  | 'replicationPolicy'
  | 'lease'
  | 'idempotentResult'
  | 'class'
  | 'classMachine'
  | 'webhook'
  | 'webhookDelivery'
  | '$queryRawUnsafe'
  | '$executeRawUnsafe'
>;

/** The open database of Template Hub. */
export interface Store {
  readonly prisma: PrismaClient;
  readonly provider: DatabaseLocation['provider'];
  /** Names of the migrations that were applied at this start. */
  readonly appliedMigrations: readonly string[];
  /** Tells whether anything was written since a moment: what cached answers are keyed by. */
  readonly revision: Pick<Revision, 'current'>;
  /** One short transaction: reads and writes only, never a call to Proxmox inside. */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const prismaFolder = join(import.meta.dirname, '..', '..', 'prisma');

/**
 * Opens the store at a DATABASE_URL, creating and migrating it first.
 *
 * @throws {DatabaseUrlError | MigrationError} when the URL or the database does not fit.
 */
export async function openStore(options: { url: string; folder?: string }): Promise<Store> {
  const location = parseDatabaseUrl(options.url, options.folder);
  const migrations = readMigrations(join(prismaFolder, location.provider, 'migrations'));
  const appliedMigrations =
    location.provider === 'sqlite'
      ? migrateSqlite(ensureFolder(location.file), migrations)
      : await migratePostgresql(location.url, migrations);
  const revision =
    location.provider === 'sqlite' ? watchSqlite(location.file) : await watchPostgresql(location.url);
  const prisma = createClient(location, revision);
  return {
    prisma,
    provider: location.provider,
    appliedMigrations,
    revision,
    transaction: async (work) => {
      const result = await prisma.$transaction(
        async (database) => {
          if (location.provider === 'sqlite') await database.$executeRawUnsafe(takeWriteLock);
          return work(database);
        },
        { maxWait: 15_000, timeout: 15_000 },
      );
      revision.bump();
      return result;
    },
    close: async () => {
      await prisma.$disconnect();
      await revision.close();
    },
  };
}

function ensureFolder(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

function createClient(location: DatabaseLocation, revision: Revision): PrismaClient {
  if (location.provider === 'sqlite') {
    return new PrismaClient({
      adapter: new PrismaBetterSqlite3({ url: `file:${location.file}`, timeout: 15_000 }),
    });
  }
  const adapter = new PrismaPg({ connectionString: location.url });
  const client: unknown = new PostgresqlClient({ adapter }).$extends({
    query: {
      $allOperations: async ({ operation, args, query }) => {
        const result = await query(args);
        if (!reads.test(operation)) revision.bump();
        return result;
      },
    },
  });
  if (isHubClient(client)) return client;
  throw new TypeError('not a Prisma client');
}

/**
 * Prisma begins SQLite's transactions without a lock: one that reads before it writes would fail at once where another
 * process committed in between. A write of nothing, first of all, waits for the lock instead.
 */
const takeWriteLock = 'UPDATE leases SET fence = fence WHERE 0';

/** Operations of Prisma that change nothing. */
const reads = /^(find|count|aggregate|groupBy|\$queryRaw)/;

/** Both clients are generated from the same models; the SQLite one's types stand for both. */
function isHubClient(client: unknown): client is PrismaClient {
  return typeof client === 'object' && client !== null && '$transaction' in client && 'template' in client;
}

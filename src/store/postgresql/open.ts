import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient as PostgresqlClient } from '../../../prisma/generated/postgresql/client.ts';
import type { PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import type { Backend } from '../backend.ts';
import type { Migration } from '../migrations.ts';
import type { Revision } from '../revision.ts';
import { migratePostgresql } from './migrate.ts';
import { watchPostgresql } from './revision.ts';

/** Opens a database of a PostgreSQL server. */
export async function openPostgresql(url: string, migrations: readonly Migration[]): Promise<Backend> {
  const appliedMigrations = await migratePostgresql(url, migrations);
  const revision = await watchPostgresql(url);
  return {
    prisma: createClient(url, revision),
    revision,
    appliedMigrations,
  };
}

function createClient(url: string, revision: Revision): PrismaClient {
  const client: unknown = new PostgresqlClient({
    adapter: new PrismaPg({ connectionString: url }),
    errorFormat: 'minimal',
  }).$extends({
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

/** Operations of Prisma that change nothing. */
const reads = /^(find|count|aggregate|groupBy|\$queryRaw)/;

/** Both clients are generated from the same models; the SQLite one's types stand for both. */
function isHubClient(client: unknown): client is PrismaClient {
  return typeof client === 'object' && client !== null && '$transaction' in client && 'template' in client;
}

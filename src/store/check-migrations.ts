import { z } from 'zod';
import { MigrationError, readOwnMigrations, selectPending, type Migration } from './migrations.ts';
import type { Store } from './store.ts';

/** How an open database has come to differ from this version since it was opened. */
export interface MigrationFault {
  /** `newer`: a newer version has migrated it. `wrong`: it was replaced by one that this version cannot work with. */
  readonly kind: 'newer' | 'wrong';
  readonly reason: string;
}

const bookRows = z.array(z.object({ name: z.string(), checksum: z.string() }));

/** Makes a look into the database's book of migrations; undefined when all are applied, and no others. */
export function createMigrationCheck({
  prisma,
  provider,
}: Pick<Store, 'prisma' | 'provider'>): () => Promise<MigrationFault | undefined> {
  const migrations = readOwnMigrations(provider);
  return async () => {
    const rows = await prisma.$queryRawUnsafe(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    return judgeMigrations(migrations, bookRows.parse(rows));
  };
}

/** Compares what is applied with what this version has. Pure. */
export function judgeMigrations(
  migrations: readonly Migration[],
  applied: z.output<typeof bookRows>,
): MigrationFault | undefined {
  try {
    const [first] = selectPending(migrations, applied);
    if (first === undefined) return undefined;
    return { kind: 'wrong', reason: `the migration ${first.name} is not applied: start this server anew` };
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return { kind: error.code === 'MIGRATION_UNKNOWN' ? 'newer' : 'wrong', reason: error.message };
  }
}

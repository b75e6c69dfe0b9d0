import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { ImportPlan } from './merge.ts';

/** Writes a plan; the caller's transaction makes it all or nothing. */
export async function writeImport(
  database: Database,
  plan: ImportPlan,
  provider: Store['provider'],
): Promise<void> {
  await database.cluster.createMany({ data: [...plan.clusters] });
  await database.class.createMany({ data: [...plan.classes] });
  for (const data of chunk(plan.templates)) await database.template.createMany({ data });
  for (const { id, data } of plan.completions) await database.template.update({ where: { id }, data });
  for (const data of chunk(plan.machines)) await database.classMachine.createMany({ data });
  if (plan.templates.length > 0)
    await raiseSequence(database, provider, 'templates', plan.highestIds.templates);
  if (plan.classes.length + plan.templates.length > 0) {
    await raiseSequence(database, provider, 'classes', plan.highestIds.classes);
  }
  if (plan.machines.length > 0) await raiseSequence(database, provider, 'class_machines', 0);
}

/** Statements of a size that Prisma handles well. */
function chunk<Row>(rows: readonly Row[]): Row[][] {
  const size = 200;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}

/**
 * Lets the database count on from the highest id: PostgreSQL does not notice explicit ids, and an id that only a
 * dangling reference names must not come to life in a new row.
 */
async function raiseSequence(
  database: Database,
  provider: Store['provider'],
  table: 'templates' | 'classes' | 'class_machines',
  lowest: number,
): Promise<void> {
  if (provider === 'postgresql') {
    await database.$queryRawUnsafe(
      `SELECT setval(pg_get_serial_sequence('${table}', 'id'), GREATEST($1::bigint, (SELECT MAX(id) FROM "${table}"), 1))`,
      BigInt(lowest),
    );
    return;
  }
  const updated = await database.$executeRawUnsafe(
    `UPDATE sqlite_sequence SET seq = MAX(seq, ${lowest}) WHERE name = '${table}'`,
  );
  if (updated === 0)
    await database.$executeRawUnsafe(
      `INSERT INTO sqlite_sequence (name, seq) VALUES ('${table}', ${lowest})`,
    );
}

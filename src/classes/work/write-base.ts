import type { StepRow } from '../../replication/rows.ts';
import { writeMadeTemplate } from '../../replication/step/write-made-template.ts';
import type { Database } from '../../store/database.ts';

/** Writes the row of a base template that a step has made. */
export async function writeBase(database: Database, step: StepRow, now: Date): Promise<void> {
  await countGeneration(database, step);
  await writeMadeTemplate(database, step, { now, isClassTemplate: true, detail: 'base of a class' });
}

/** A class has a new generation when a base is made of an original that none of its bases was made of. */
async function countGeneration(database: Database, { classId, sourceGeneration }: StepRow): Promise<void> {
  if (classId === null) return;
  const same = await database.template.findFirst({
    where: { classId, isClassTemplate: true, sourceGeneration },
  });
  if (same !== null) return;
  await database.class.update({ where: { id: classId }, data: { generation: { increment: 1 } } });
}

import type { Database } from '../../store/database.ts';

/**
 * A class is gone: templates that were registered as its bases are left, and are what they were before. One that a marker
 * calls a base is one again after the next scan, of no class.
 */
export async function releaseBases(database: Pick<Database, 'template'>, classId: number): Promise<void> {
  await database.template.updateMany({
    where: { classId, isClassTemplate: true, state: { not: 'MISSING' } },
    data: {
      classId: null,
      isClassTemplate: false,
      isReplica: false,
      sourceVmid: null,
      sourceNode: null,
      sourceGeneration: null,
    },
  });
}

import type { Database } from '../../store/database.ts';
import type { ClassRow, TemplateRow } from '../rows.ts';

/** The base templates of a class that are there, on whatever node. */
export async function readBases(
  database: Pick<Database, 'template'>,
  { id, clusterId }: Pick<ClassRow, 'id' | 'clusterId'>,
): Promise<(TemplateRow & { node: string })[]> {
  const rows = await database.template.findMany({
    where: { classId: id, clusterId, isClassTemplate: true, state: { not: 'MISSING' } },
    orderBy: { vmid: 'asc' },
  });
  return rows.flatMap((row) => (row.node === null ? [] : [{ ...row, node: row.node }]));
}

/** Ids of the bases that runs of the class made; a base that was registered is not among them. */
export async function findMadeBases(
  database: Pick<Database, 'replicationStep'>,
  classId: number,
): Promise<Set<number>> {
  const steps = await database.replicationStep.findMany({
    where: { classId, kind: 'CLASS_BASE', phase: 'DONE' },
    select: { vmid: true },
  });
  return new Set(steps.flatMap(({ vmid }) => vmid ?? []));
}

import type { RunRow } from '../replication/rows.ts';
import type { Database } from '../store/store.ts';
import { findLeftovers } from './find-leftovers.ts';
import { findMadeBases, readBases } from './read-bases.ts';
import type { ClassState } from './rows.ts';

/** Writes what a class is when one of its runs is over, however it ended: what is there decides. */
export async function finishClassRun(
  database: Database,
  { classId, clusterId, kind }: RunRow,
): Promise<void> {
  if (classId === null) return;
  const deleting = kind === 'CLASS_DELETE';
  if (deleting) await database.classMachine.deleteMany({ where: { classId, vmid: null } });
  const state = deleting
    ? await judgeDeletion(database, { id: classId, clusterId })
    : await judgeClass(database, classId);
  await database.class.update({ where: { id: classId }, data: { state } });
}

/** Deleted is a class of which nothing is left that was made for it. */
export async function judgeDeletion(
  database: Database,
  found: { id: number; clusterId: string | null },
): Promise<ClassState> {
  const machines = await database.classMachine.count({
    where: { classId: found.id, madeHere: true, state: { not: 'MISSING' } },
  });
  const made = await findMadeBases(database, found.id);
  const bases = await readBases(database, found);
  const leftovers = await findLeftovers(database, found.id);
  const left = machines + leftovers.length + bases.filter(({ vmid }) => made.has(vmid)).length;
  return left > 0 ? 'DEGRADED' : 'DELETED';
}

async function judgeClass(database: Database, classId: number): Promise<ClassState> {
  const lacking = await database.classMachine.count({
    where: { classId, state: { in: ['PLANNED', 'MISSING'] } },
  });
  return lacking === 0 ? 'READY' : 'DEGRADED';
}

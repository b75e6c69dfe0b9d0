import type { Database } from '../../store/database.ts';
import { findLeftovers } from '../facts/find-leftovers.ts';
import { readLeaving } from '../leaving/loose-guests.ts';
import { findMadeBases, readBases } from '../facts/read-bases.ts';
import type { ClassRow, ClassState } from '../rows.ts';

/**
 * What a class is, from what is there. Undefined while one of its runs is under way. A class that something of is still
 * to go is DEGRADED, and DELETED is one of which nothing is left that was made for it.
 */
export async function judgeClass(database: Database, classId: number): Promise<ClassState | undefined> {
  const found = await database.class.findUnique({ where: { id: classId } });
  if (found === null || (await isWorkedOn(database, classId))) return undefined;
  const last = await database.replicationRun.findFirst({ where: { classId }, orderBy: { id: 'desc' } });
  const isDeletion = last?.kind === 'CLASS_DELETE' || found.state === 'DELETED';
  return isDeletion ? judgeDeletion(database, found) : judgeDeployment(database, classId);
}

/** What a class is that is to be deleted. */
export async function judgeDeletion(
  database: Database,
  found: Pick<ClassRow, 'id' | 'clusterId'>,
): Promise<ClassState> {
  const machines = await database.classMachine.count({
    where: { classId: found.id, madeHere: true, state: { not: 'MISSING' } },
  });
  const made = await findMadeBases(database, found.id);
  const bases = await readBases(database, found);
  const hanging = await countHanging(database, found.id);
  const left = machines + hanging + bases.filter(({ vmid }) => made.has(vmid)).length;
  return left > 0 ? 'DEGRADED' : 'DELETED';
}

/** What a class is that is to have its machines. */
export async function judgeDeployment(database: Database, classId: number): Promise<ClassState> {
  const lacking = await database.classMachine.count({
    where: { classId, state: { in: ['PLANNED', 'MISSING'] } },
  });
  return lacking + (await countHanging(database, classId)) === 0 ? 'READY' : 'DEGRADED';
}

/** What is to go and is still there: guests as a whole, and what earlier runs left half made. */
async function countHanging(database: Database, classId: number): Promise<number> {
  const leaving = await readLeaving(database, classId);
  const halves = await findLeftovers(database, classId);
  return leaving.length + halves.length;
}

async function isWorkedOn(database: Database, classId: number): Promise<boolean> {
  const open = await database.replicationRun.count({ where: { classId, status: { not: 'FINISHED' } } });
  return open > 0;
}
